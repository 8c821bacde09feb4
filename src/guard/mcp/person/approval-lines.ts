import type { WidenTo } from '../../../model/command.ts'
import { isHandle } from '../../core/held-calls.ts'

/** What one line of an approvals file says. */
export interface ApprovalLine {
  says: 'approve' | 'deny'
  /** Held calls by their handles, or commands. With `widen`, one. */
  ids: string[]
  /** Further acts that go ahead too; absent: these, once. */
  widen?: { to: WidenTo; destination?: string; until: number; anyTask?: true }
  by?: string
  because?: string
  /** The whole line: changed, it is another approval. */
  text: string
}

/** What a line must look like, for whoever wrote another one. */
const forms =
  'a line is “ID… [by NAME] [because TEXT]”, “deny ID…” or “ID widen tool|destination … until TIME”, with handles (rescind-hold-…) or command ids'

/** The id of a held call or a command, and nothing that a person would write for another reason. */
export const isHeldId = (text: string): boolean => isHandle(text) || /^[0-9a-f]{32}$/.test(text)

/**
 * Reads an approvals file: `[deny] ID… [by NAME] [because TEXT]` or `ID widen tool|destination [HASH] [any-task] until TIME …` on a
 * line, and `#` before what does not count. Answers the lines in order, and what is no such line: of that nothing counts.
 */
export function parseApprovals(text: string): { lines: ApprovalLine[]; faults: string[] } {
  const lines: ApprovalLine[] = []
  const faults: string[] = []
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '') continue
    const found = lineOf(line)
    if (typeof found === 'string') faults.push(`line ${i + 1} does not count: ${found}`)
    else lines.push(found)
  }
  return { lines, faults }
}

function lineOf(text: string): ApprovalLine | string {
  const { words, ...about } = partsOf(text)
  const says = words[0] === 'deny' ? 'deny' : 'approve'
  const at = words.indexOf('widen')
  const ids = words.slice(says === 'deny' ? 1 : 0, at < 0 ? undefined : at)
  if (ids.length === 0) return `it names no id; ${forms}`
  const strange = ids.find((id) => !isHeldId(id))
  if (strange !== undefined) return `“${strange.slice(0, 100)}” is no id; ${forms}`
  if (at < 0) return { says, ids, text, ...about }
  if (says === 'deny' || ids.length !== 1) return 'one id, and nothing else, stands before “widen”'
  const widen = widenOf(words.slice(at + 1))
  return typeof widen === 'string' ? widen : { says, ids, widen, text, ...about }
}

/** The words before “by” and “because”, and what follows these. */
function partsOf(text: string): { words: string[]; by?: string; because?: string } {
  const words = text.split(/\s+/)
  const because = words.indexOf('because')
  const said = because < 0 ? words : words.slice(0, because)
  const by = said.indexOf('by')
  const who = by < 0 ? '' : said.slice(by + 1).join(' ')
  const why = because < 0 ? '' : words.slice(because + 1).join(' ')
  return {
    words: by < 0 ? said : said.slice(0, by),
    ...(who === '' ? {} : { by: who }),
    ...(why === '' ? {} : { because: why }),
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

/** The line that says so; what people write stays on it. */
export function approvalLine({ says, ids, widen, by, because }: Omit<ApprovalLine, 'text'>): string {
  const parts = says === 'deny' ? ['deny', ...ids] : [...ids]
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
