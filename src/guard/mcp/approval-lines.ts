import type { WidenTo } from '../../model/command.ts'

/** What one line of an approvals file says. */
export interface ApprovalLine {
  /** A held call by its handle, or a command. */
  id: string
  /** Further acts that go ahead too; absent: this one, once. */
  widen?: { to: WidenTo; destination?: string; until: number; anyTask?: true }
  by?: string
  because?: string
  /** The whole line: changed, it is another approval. */
  text: string
}

/**
 * Reads an approvals file: `ID [widen tool|destination [HASH] [any-task] until TIME] [by NAME] [because TEXT]` on a line, and
 * `#` before what does not count. Without `widen` a line may name several ids. Answers the lines by id, and what is no such line.
 */
export function parseApprovals(text: string): { lines: Map<string, ApprovalLine>; faults: string[] } {
  const lines = new Map<string, ApprovalLine>()
  const faults: string[] = []
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '') continue
    const found = lineOf(line)
    if (typeof found === 'string') faults.push(`line ${i + 1} does not count: ${found}`)
    else for (const each of found) lines.set(each.id, each)
  }
  return { lines, faults }
}

function lineOf(text: string): ApprovalLine[] | string {
  const { words, by, because } = partsOf(text)
  const at = words.indexOf('widen')
  if (at < 0) return words.length === 0 ? 'it names no id' : words.map((id) => ({ id, text, ...told(by, because) }))
  const [id] = words
  if (at !== 1 || id === undefined) return 'one id stands before “widen”'
  const widen = widenOf(words.slice(2))
  return typeof widen === 'string' ? widen : [{ id, widen, text, ...told(by, because) }]
}

/** The words before “by” and “because”, and what follows these. */
function partsOf(text: string): { words: string[]; by?: string | undefined; because?: string | undefined } {
  const words = text.split(/\s+/)
  const because = words.indexOf('because')
  const said = because < 0 ? words : words.slice(0, because)
  const by = said.indexOf('by')
  return {
    words: by < 0 ? said : said.slice(0, by),
    by: by < 0 ? undefined : said.slice(by + 1).join(' ') || undefined,
    because: because < 0 ? undefined : words.slice(because + 1).join(' ') || undefined,
  }
}

function widenOf([to, ...words]: string[]): NonNullable<ApprovalLine['widen']> | string {
  const until = words.indexOf('until')
  if ((to !== 'tool' && to !== 'destination') || until < 0 || until !== words.length - 2)
    return 'it is “widen tool|destination … until TIME”'
  const time = words[until + 1] ?? ''
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) return `${time} is no time, such as 2026-12-01T15:00Z`
  const anyTask = words.slice(0, until).includes('any-task')
  const [destination, ...more] = words.slice(0, until).filter((word) => word !== 'any-task')
  if (more.length > 0) return `“${more.join(' ')}” is not understood`
  return {
    to,
    until: ms,
    ...(destination === undefined ? {} : { destination }),
    ...(anyTask ? { anyTask } : {}),
  }
}

const told = (by: string | undefined, because: string | undefined) => ({
  ...(by === undefined ? {} : { by }),
  ...(because === undefined ? {} : { because }),
})

/** The line that says so; what people write stays on it. */
export function approvalLine({ id, widen, by, because }: Omit<ApprovalLine, 'text'>): string {
  const parts = [id]
  if (widen !== undefined) {
    parts.push('widen', widen.to)
    if (widen.destination !== undefined) parts.push(widen.destination)
    if (widen.anyTask === true) parts.push('any-task')
    parts.push('until', new Date(widen.until).toISOString())
  }
  if (by !== undefined) parts.push('by', plain(by))
  if (because !== undefined) parts.push('because', plain(because))
  return parts.join(' ')
}

const plain = (text: string): string => text.replace(/[\s#]+/g, ' ').trim()
