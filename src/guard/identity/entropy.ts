/** Shannon's entropy of the characters of a text, in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1)
  let bits = 0
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length)
  return bits
}

const shortest = 20
/** Longer runs are files in base64, not credentials. */
const longest = 200
/** What stands before a digest or a public key: `sha512-`, `h1:`, `integrity=`, `ssh-ed25519 `, a data URL, a query. */
const notBefore =
  /(?:sha\d{1,3}[-:=]|h1:|md5[-:=]|blake\w{0,3}[-:=]|integrity\W{1,4}|checksum\W{1,4}|(?:ssh|ecdsa|sk)-[\w@.-]{2,40} |base64,|nonce-)$/i
const digest = /^(?:sha\d{1,3}|md5|h1|blake\w{0,3})[-:]/i
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

/**
 * Whether a word is as random as a credential is: at least 20 characters of small and capital letters and digits in no order of a
 * name. A path, a UUID, hexadecimal digits, a digest of a lock file, a line of an encoded file are not.
 */
export function isRandom(word: string, text: string, at: number): boolean {
  if (word.length < shortest || word.length > longest) return false
  let upper = 0
  let lower = 0
  let digits = 0
  let run = 0
  let turns = 0
  let last = 0
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i)
    const kind = c >= 97 && c <= 122 ? 1 : c >= 65 && c <= 90 ? 2 : c >= 48 && c <= 57 ? 3 : 4
    if (kind === 1) lower++
    else if (kind === 2) upper++
    else if (kind === 3) digits++
    // Words have long runs of small letters; at random eight in a row are rare.
    run = kind === 1 && last === 1 ? run + 1 : 1
    if (run > 7) return false
    if (kind !== last) turns++
    last = kind
  }
  const letters = upper + lower + digits
  if (upper < 3 || lower < 3 || digits < 2 || letters < word.length - 4) return false
  if (turns < word.length * 0.35) return false
  if (
    /[:.~]/.test(word) ||
    word.split('/').length > 3 ||
    /^\/|^\.\//.test(word) ||
    uuid.test(word) ||
    digest.test(word)
  )
    return false
  if (text[at - 1] === '/' || notBefore.test(text.slice(Math.max(0, at - 48), at))) return false
  if (isEncodedLine(word, text, at) || isMadeOfWords(word)) return false
  return entropyOf(word) >= (word.length < 32 ? 3.9 : 4.2)
}

/** A name of source code, `readBlock64EndOfLine`: most of it is words of three letters or more. */
function isMadeOfWords(word: string): boolean {
  let inWords = 0
  for (const [part] of word.matchAll(/[A-Z]?[a-z]{3,7}|(?<![A-Za-z])[A-Z]{3,7}(?![a-z])/g)) inWords += part.length
  return inWords > word.length * 0.55
}

/** One of several lines that hold nothing but such a word: a certificate, a picture, a mail's attachment. */
function isEncodedLine(word: string, text: string, at: number): boolean {
  if (word.length < 60 || !/[\n]/.test(text[at - 1] ?? '\n')) return false
  return /^\r?\n/.test(text.slice(at + word.length, at + word.length + 2))
}
