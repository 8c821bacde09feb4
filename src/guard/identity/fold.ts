import { lookAlikes } from './confusables.ts'

/**
 * What is not seen: default-ignorable characters (zero width, soft hyphen, joiners, variation selectors, tags, fillers), bidirectional
 * controls, other format characters and the controls that a terminal drops.
 */
const unseen = /(?:[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cf}]|(?![\t\n\v\f\r\u0085])\p{Cc})+/gu
/** No letter of ASCII, and none that joins with one; what such a run becomes depends on nothing outside it and the letter before. */
const foreign = /[\0-\x7f]?[^\0-\x7f]+/g
const ascii = /^[\t\n\r\x20-\x7e]*$/
const digit = /\p{Nd}/u

const shownAs = new Map<string, string>([
  // IDNA reads these as dots; they are no confusables of Unicode's.
  ['\u3002', '.'],
  // The last sigma of a word is the same letter.
  ['\u03c2', 'o'],
])
for (const [shown, characters] of lookAlikes) for (const character of characters) shownAs.set(character, shown)

const isAscii = (text: string): boolean => ascii.test(text)

/**
 * A text as parsers should see it: NFKC, without characters that nobody sees. Letters of other scripts and case stay, so that what it
 * names is still what a program that is given it would reach.
 */
export function unveil(text: string): string {
  if (isAscii(text)) return text
  return text.replace(unseen, '').normalize('NFKC').replace(unseen, '')
}

/**
 * A text as a reader sees it, for suspicion and never for proof: unveiled, look-alikes of ASCII as ASCII (Unicode TR39, ASCII itself
 * unchanged), decimal digits of any script as 0-9, lower case. Linear; `fold(fold(x)) === fold(x)`.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return text.replace(unseen, '').toLowerCase().replace(foreign, foldRun).replace(unseen, '')
}

/** Composing after the exchange may make a letter that has a look-alike itself; it settles at once or at the second turn. */
function foldRun(run: string): string {
  let now = run
  for (let turn = 0; turn < 4; turn++) {
    const next = exchange(now.normalize('NFKC').replace(unseen, '').toLowerCase()).normalize('NFKC')
    if (next === now) break
    now = next
  }
  return now
}

function exchange(text: string): string {
  let out = ''
  for (const character of text) out += character <= '\x7f' ? character : (shownAs.get(character) ?? digitOf(character))
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
