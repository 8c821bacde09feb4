import { lookAlikes } from './confusables.ts'

/**
 * What is not seen: default-ignorable characters (zero width, soft hyphen, joiners, variation selectors, tags, fillers), bidirectional
 * controls and other format characters.
 */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cf}]+/gu
/** Controls of ASCII that are no white space: terminals drop them. */
const controls = /[^\t\n\v\f\r\x20-\x7e\x80-\uffff]+/g
/** What is beyond ASCII, with short gaps; what it becomes depends on nothing outside it but the letter before. */
const foreign = /[\0-\x7f]?[^\0-\x7f]+(?:[\0-\x7f]{1,16}[^\0-\x7f]+)*/g
const ascii = /^[\t\n\r\x20-\x7e]*$/
const digit = /\p{Nd}/u
const foreignDigit = /(?![0-9])\p{Nd}/u

const shownAs = new Map<string, string>([
  // IDNA reads these as dots; they are no confusables of Unicode's.
  ['\u3002', '.'],
  // The last sigma of a word is the same letter.
  ['\u03c2', 'o'],
])
for (const [shown, characters] of lookAlikes) for (const character of characters) shownAs.set(character, shown)
/** The same by UTF-16 unit, for those that need only one. */
const inPlane = new Array<string | undefined>(0x10000).fill(undefined)
for (const [character, shown] of shownAs) if (character.length === 1) inPlane[character.charCodeAt(0)] = shown

/**
 * A text as parsers should see it: NFKC, without characters that nobody sees. Letters of other scripts and case stay, so that what it
 * names is still what a program that is given it would reach.
 */
export function unveil(text: string): string {
  if (ascii.test(text)) return text
  return text
    .replace(controls, '')
    .replace(foreign, (run) => run.replace(unseen, '').normalize('NFKC').replace(unseen, ''))
}

/**
 * A text as a reader sees it, for suspicion and never for proof: unveiled, look-alikes of ASCII as ASCII (Unicode TR39, ASCII itself
 * unchanged), decimal digits of any script as 0-9, lower case. Linear; `fold(fold(x)) === fold(x)`.
 */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  return text.replace(controls, '').replace(foreign, foldRun).toLowerCase()
}

/** Composing after the exchange may make a letter that has a look-alike itself; it settles at once or at the second turn. */
function foldRun(run: string): string {
  let now = run
  for (let turn = 0; turn < 4; turn++) {
    const small = now.replace(unseen, '').normalize('NFKC').replace(unseen, '').toLowerCase()
    const shown = exchange(small)
    now = shown.normalize('NFKC')
    if (now === shown && small.normalize('NFKC') === small) break
  }
  return now
}

function exchange(text: string): string {
  const hasDigits = foreignDigit.test(text)
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const shown = inPlane[code]
    if (shown !== undefined) out += shown
    else if (code < 0x80 || (!hasDigits && (code < 0xd800 || code > 0xdbff))) out += text[i]
    else {
      const character = String.fromCodePoint(text.codePointAt(i) ?? code)
      i += character.length - 1
      out += shownAs.get(character) ?? (hasDigits ? digitOf(character) : character)
    }
  }
  return out
}

/** Digits stand in Unicode in tens, from zero to nine. */
function digitOf(character: string): string {
  if (!digit.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  let before = 0
  while (before < 60 && digit.test(String.fromCodePoint(code - before - 1))) before++
  return String(before % 10)
}
