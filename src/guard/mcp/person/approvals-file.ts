import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { type ApprovalLine, parseApprovals } from './approval-lines.ts'

const maxBytes = 2 ** 20
/** Group and others may write. */
const writableByOthers = 0o022
const nothing: readonly ApprovalLine[] = []

/**
 * What a person let go: looked at anew for each call, for a person may have written to it since. A file that is not the
 * user’s own, or that others may write to, is no approval; `onRefused` is told once for each reason.
 */
export class ApprovalsFile {
  readonly path: string
  readonly #onRefused: (why: string) => void
  readonly #reported = new Set<string>()
  #stamp = ''
  #lines = nothing

  constructor(path: string, onRefused: (why: string) => void) {
    this.path = path
    this.#onRefused = onRefused
  }

  /** What a person said last of a held call or a command; a line that widens says it once the guard has taken it. */
  lastWordOn(id: string): ApprovalLine['says'] | undefined {
    return this.lines().findLast((line) => line.widen === undefined && line.ids.includes(id))?.says
  }

  /** Those that widen an approval, and were not denied further down. */
  widening(): readonly ApprovalLine[] {
    const lines = this.lines()
    return lines.filter(
      ({ widen, ids: [id = ''] }, i) =>
        widen !== undefined && !lines.some((l, j) => j > i && l.says === 'deny' && l.ids.includes(id)),
    )
  }

  /** In order; the same list as long as the file is the same. */
  lines(): readonly ApprovalLine[] {
    const stamp = stampOf(this.path)
    if (stamp === this.#stamp) return this.#lines
    this.#stamp = stamp
    const text = stamp === '' ? undefined : ownText(this.path, (why) => this.#refuse(why))
    const { lines, faults } = text === undefined ? { lines: nothing, faults: [] } : parseApprovals(text)
    for (const fault of faults) this.#refuse(fault)
    this.#lines = lines
    return lines
  }

  #refuse(why: string): void {
    if (this.#reported.has(why) || this.#reported.size >= 1000) return
    this.#reported.add(why)
    this.#onRefused(`approvals in ${this.path}: ${why}`)
  }
}

/** Changes when the file does, or who may write to it; empty: there is none. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`
}

/** A file that only this user can have written. */
export function ownText(path: string, onRefused: (why: string) => void): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const { uid, mode, size } = fstatSync(file)
    const me = process.getuid?.()
    // Where files have no owners (Windows) their place is all there is.
    if (me !== undefined && uid !== me) onRefused('the file does not count: it belongs to another user')
    else if (me !== undefined && (mode & writableByOthers) !== 0)
      onRefused('the file does not count: others may write to it (chmod 600)')
    else if (size > maxBytes) onRefused('the file does not count: it is too large')
    else return readFileSync(file, 'utf8')
    return undefined
  } catch {
    return undefined
  } finally {
    closeSync(file)
  }
}
