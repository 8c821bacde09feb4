import { tokensOf } from '../digests/text.ts'

/** Bounds of what is looked through in one text; a cell of more words is a sentence. */
const limits = { lines: 2000, line: 400, words: 3, found: 2000 } as const
/** What stands before an entry of a list. */
const mark = /^[ \t>]*(?:(?:[-*+•]|\d{1,3}[.)]|#{1,6})[ \t]+)+/
/** What stands between the columns of a table, and between an entry and what is said of it. */
const gap = /\t+| {2,}|[ \t]*\|[ \t]*|[ \t]+[–—·][ \t]+/
/** A name and its value. */
const pair = /^[\p{L}][\p{L}\d _.-]{0,30}[:=][ \t]*(.+)$/u
/** The name of an entry behind its title. */
const behind = /[ \t][[(`](?:[\p{L}_-]{1,12}:[ \t]*)?([^\s[\]()`]+)[\])`][.:]?$/u
/** What a list puts around the name of an entry. */
const around = /^[[(<{*`"'#]+|[\])>}*`"':,.]+$/g

/**
 * Values that a text lists, as a tool lays them out: cells of a table, `name: value` lines, what an entry of a list begins or, in brackets, ends with, what
 * lines of one shape begin with. Each in normal form. A sentence lists nothing.
 */
export function listedIn(text: string): string[][] {
  const found: string[][] = []
  const starts = new Map<string, string[][]>()
  const tell = (cell: string) => {
    const tokens = cell.length > 200 ? [] : tokensOf(cell.replace(around, ''))
    if (tokens.length > 0 && tokens.length <= limits.words && found.length < limits.found) found.push(tokens)
  }
  for (const raw of text.split('\n', limits.lines)) {
    const line = raw.slice(0, limits.line)
    const rest = line.replace(mark, '').trim()
    if (rest === '') continue
    const cells = rest.split(gap).filter((cell) => cell !== '')
    for (const cell of cells) {
      tell(pair.exec(cell)?.[1] ?? '')
      if (cells.length > 1 || !/\s/.test(rest)) tell(cell)
    }
    const first = rest.split(/\s/, 1)[0] ?? ''
    if (mark.test(line)) {
      tell(first)
      tell(behind.exec(rest)?.[1] ?? '')
    } else if (/\d/.test(first)) {
      const shape = first.replace(/\p{L}+/gu, 'a').replace(/\d+/g, '9')
      starts.set(shape, [...(starts.get(shape) ?? []), tokensOf(first.replace(around, ''))])
    }
  }
  for (const alike of starts.values()) if (alike.length > 1) for (const tokens of alike) tell(tokens.join(' '))
  return found
}
