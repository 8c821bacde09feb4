const candidate = /(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w@-]|\.\d)/g

/** How the numbers of the large brands begin and how long they are (ISO/IEC 7812, the brands' public pages). */
const brands: readonly (readonly [begins: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|65|64[4-9])/, [16, 19]],
  [/^(?:30[0-5]|36|38)/, [14]],
  [/^35(?:2[89]|[3-8])/, [16, 19]],
  [/^62/, [16, 17, 18, 19]],
]

/** Payment cards as bare digits: a brand's form whose check digit holds (Luhn), grouped as cards are or not at all. */
export function cardsIn(text: string): string[] {
  const cards: string[] = []
  for (const { 0: raw } of text.matchAll(candidate)) {
    const digits = raw.replace(/\D/g, '')
    if (!isGrouped(raw) || !hasCheckDigit(digits) || new Set(digits).size < 2) continue
    if (brands.some(([begins, lengths]) => begins.test(digits) && lengths.includes(digits.length))) cards.push(digits)
  }
  return cards
}

const isGrouped = (raw: string): boolean =>
  /^\d+$|^\d{4}(?:([ -])\d{4}){2}\1\d{1,7}$|^\d{4}([ -])\d{6}\2\d{4,5}$/.test(raw)

function hasCheckDigit(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9
  }
  return sum % 10 === 0
}
