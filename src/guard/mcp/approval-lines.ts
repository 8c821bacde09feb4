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

const widening =
  /^(\S+)\s+widen\s+(tool|destination)(?:\s+(?!any-task\b|until\b)(\S+))?(\s+any-task)?\s+until\s+(\S+)(?:\s+by\s+(.+?))?(?:\s+because\s+(.+))?$/
const once = /^((?:(?!widen\b|by\b|because\b)\S+\s*)+?)(?:\s+by\s+(.+?))?(?:\s+because\s+(.+))?$/

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
  const wide = widening.exec(text)
  if (wide !== null) {
    const [, id = '', to, destination, anyTask, time = '', by, because] = wide
    const until = Date.parse(time)
    if (Number.isNaN(until)) return `${time} is no time, such as 2026-12-01T15:00Z`
    const widen = {
      to: to as WidenTo,
      until,
      ...(destination === undefined ? {} : { destination }),
      ...(anyTask === undefined ? {} : { anyTask: true as const }),
    }
    return [{ id, widen, text, ...told(by, because) }]
  }
  const [, ids, by, because] = once.exec(text) ?? []
  if (ids === undefined) return 'after an id stand “widen tool|destination … until TIME”, “by NAME”, “because TEXT”'
  return ids
    .trim()
    .split(/\s+/)
    .map((id) => ({ id, text, ...told(by, because) }))
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
