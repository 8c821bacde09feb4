const host = 1
const local = 2
const stop = 4
const word = 8

const classes = new Uint8Array(128)
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')
  classes[c.charCodeAt(0)] = host | local | word
classes[0x5f] = host | local | word
for (const c of '-.') classes[c.charCodeAt(0)] = host | local
for (const c of "!#$%&'*+/=?^`{|}~") classes[c.charCodeAt(0)] = local
for (let c = 0; c <= 32; c++) classes[c] = stop
for (const c of '<>"`{}|^\x7f') classes[c.charCodeAt(0)] = (classes[c.charCodeAt(0)] ?? 0) | stop

/** Beyond ASCII a letter, digit or mark, told by block: general punctuation, Latin signs, CJK punctuation and spaces are none. */
function isForeignWord(code: number): boolean {
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba
  return !((code >= 0x2000 && code < 0x2c00) || (code >= 0x3000 && code < 0x3005) || (code >= 0x3008 && code < 0x3021))
}

const classOf = (code: number): number =>
  code < 128 ? (classes[code] ?? 0) : isForeignWord(code) ? host | local | word : stop

/** Of a host’s name: letters and digits of any script, hyphen, underscore, dot. NaN, past the end of a text, is nothing. */
export const isHostCode = (code: number): boolean => (classOf(code) & host) !== 0
/** Of an address before its at sign, unquoted. */
export const isLocalCode = (code: number): boolean => (classOf(code) & local) !== 0
/** Letters, digits and the underscore. */
export const isWordCode = (code: number): boolean => (classOf(code) & word) !== 0
/** Ends a URL in running text. */
export const isStop = (code: number): boolean => Number.isNaN(code) || (classOf(code) & stop) !== 0
export const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13
export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isAsciiText = (text: string): boolean => !/[^\0-\x7f]/.test(text)
