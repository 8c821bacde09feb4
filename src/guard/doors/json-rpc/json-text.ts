/** What a JSON text shows and its parsed value no longer does. It means something only where JSON.parse takes the text. */
export interface Survey {
  /** Deepest nesting. */
  depth: number
  /** Members of all objects, those that are there twice counted twice. */
  members: number
  /** Those of the outermost object. */
  topMembers: number
  /** Raw CR or LF between tokens: white space to JSON, the end of a line to many readers. */
  breaks: boolean
  /** Numbers that a double cannot hold: from, to, from, to, … */
  inexact: number[]
  /** Where the elements of an outermost array are: from, to, from, to, … */
  elements: number[]
}

/** Looks at a text once, without recursion, in time linear to its length. */
export function surveyOf(text: string): Survey {
  const survey: Survey = { depth: 0, members: 0, topMembers: 0, breaks: false, inexact: [], elements: [] }
  let depth = 0
  let isList = false
  let begun = -1
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) i = endOfString(text, i)
    else if (c === 0x7b || c === 0x5b) {
      if (depth === 0) {
        isList = c === 0x5b
        begun = i + 1
      }
      depth++
      if (depth > survey.depth) survey.depth = depth
    } else if (c === 0x7d || c === 0x5d) {
      depth--
      if (depth === 0 && isList) survey.elements.push(begun, i)
    } else if (c === 0x3a) {
      survey.members++
      if (depth === 1) survey.topMembers++
    } else if (c === 0x2c) {
      if (depth === 1 && isList) {
        survey.elements.push(begun, i)
        begun = i + 1
      }
    } else if (c === 0x0d || c === 0x0a) survey.breaks = true
    else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
      const end = endOfNumber(text, i)
      if (isInexact(text, i, end)) survey.inexact.push(i, end)
      i = end - 1
    }
  }
  return survey
}

/** The same JSON in one line for every reader: outside strings CR and LF are only space, within them they cannot be. */
export const inOneLine = (text: string, { breaks }: Survey): string => (breaks ? text.replace(/[\r\n]/g, ' ') : text)

/**
 * The text with each number that a double cannot hold as a string of its very digits: so it is judged. Rounded, one account
 * number would pass for another.
 */
export function withExactNumbers(text: string, { inexact }: Survey): string {
  if (inexact.length === 0) return text
  const parts: string[] = []
  let from = 0
  for (let i = 0; i < inexact.length; i += 2) {
    const [begin = 0, end = 0] = [inexact[i], inexact[i + 1]]
    parts.push(text.slice(from, begin), '"', text.slice(begin, end), '"')
    from = end
  }
  parts.push(text.slice(from))
  return parts.join('')
}

/** The index of the closing quotation mark, else the end. */
function endOfString(text: string, begin: number): number {
  for (let from = begin + 1; ; ) {
    const end = text.indexOf('"', from)
    if (end < 0) return text.length
    let escapes = 0
    for (let i = end - 1; i >= from && text.charCodeAt(i) === 0x5c; i--) escapes++
    if (escapes % 2 === 0) return end
    from = end + 1
  }
}

function endOfNumber(text: string, begin: number): number {
  let i = begin + 1
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const isPart = (c >= 0x30 && c <= 0x39) || c === 0x2e || c === 0x65 || c === 0x45 || c === 0x2b || c === 0x2d
    if (!isPart) break
  }
  return i
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Fifteen digits fit any double (IEEE 754); longer numbers and powers are looked at. What is no JSON number stays so. */
function isInexact(text: string, begin: number, end: number): boolean {
  const token = text.slice(begin, end)
  if ((end - begin <= 15 && !/e/i.test(token)) || !number.test(token)) return false
  const value = Number(token)
  if (Number.isFinite(value) && decimal(token) === decimal(String(value))) return false
  let next = end
  while (next < text.length && text.charCodeAt(next) <= 0x20) next++
  return text.charCodeAt(next) !== 0x3a
}

/** Significant digits and power of ten: equal for equal decimals, however they are written. */
function decimal(token: string): string {
  const [mantissa = '', power = '0'] = token.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const leading = `${whole}${fraction}`.replace(/^0+/, '')
  let last = leading.length
  while (last > 0 && leading.charCodeAt(last - 1) === 0x30) last--
  if (last === 0) return '0'
  const exponent = Number(power) - fraction.length + (leading.length - last)
  return `${token.startsWith('-') ? '-' : ''}${leading.slice(0, last)}e${exponent}`
}
