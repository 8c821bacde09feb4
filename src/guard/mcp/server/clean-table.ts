import { redacted } from '../../core/sanitise.ts'

/** The line of a table under its head: `|---|:--|`. */
const rule = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/
const cellsOf = (row: string): string[] => row.split(/(?<!\\)\|/)

/** Whether the line at a place is the head of a table. */
export function isHead(text: string, at: number): boolean {
  const begin = text.lastIndexOf('\n', at - 1) + 1
  const [head = '', under = ''] = text.slice(begin).split('\n', 2)
  return head.includes('|') && rule.test(under)
}

/** A text without what its tables hold in the columns of a name, and what that was. Undefined: a row has other cells than the head, so that nobody can tell which is which. */
export function withoutColumn(text: string, name: string): { text: string; values: string[] } | undefined {
  const lines = text.split('\n')
  const values: string[] = []
  const wanted = new RegExp(`(?<![\\p{L}\\d_])${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\p{L}\\d_])`, 'iu')
  for (let i = 0; i + 1 < lines.length; i++) {
    const head = lines[i] ?? ''
    if (!head.includes('|') || !rule.test(lines[i + 1] ?? '')) continue
    const names = cellsOf(head)
    const columns = names.flatMap((cell, column) => (wanted.test(cell) ? [column] : []))
    for (let row = i + 2; columns.length > 0 && (lines[row] ?? '').includes('|'); row++) {
      const cells = cellsOf(lines[row] ?? '')
      if (cells.length !== names.length) return undefined
      for (const column of columns) {
        values.push((cells[column] ?? '').trim())
        cells[column] = ` ${redacted} `
      }
      lines[row] = cells.join('|')
    }
  }
  return { text: lines.join('\n'), values: values.filter((value) => value !== '') }
}
