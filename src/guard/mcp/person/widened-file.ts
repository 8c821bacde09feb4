import { appendFileSync } from 'node:fs'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Command } from '../../../model/command.ts'
import { digest } from '../../../model/digest.ts'
import type { Guard } from '../../core/guard.ts'
import type { ApprovalLine } from './approval-lines.ts'
import { type ApprovalsFile, ownText, stampOf } from './approvals-file.ts'
import { userName } from './user-name.ts'

const Kept = Compile(Type.Object({ line: Type.String(), command: Command }))
type Kept = { line: string; command: Command }

/** Where guards keep what the lines of an approvals file widened. */
export const widenedPath = (approvals: string): string => `${approvals}.widened`

/**
 * Stand-alone: the lines of the approvals file that widen an approval. What such a line lets go is worked out by the guard
 * that holds the call, and kept in a file beside, which outlives a restart and which the agent’s other guards read. It counts as
 * long as its line stands: who takes the line out takes it back.
 */
export class WidenedFile {
  readonly #guard: Guard
  readonly #approvals: ApprovalsFile
  readonly #onNotice: (message: string) => void
  readonly #onRefused: (message: string) => void
  readonly #path: string
  readonly #standing = new Map<string, string>()
  readonly #refused = new Set<string>()
  #lines: readonly ApprovalLine[] | undefined
  #stamp = ''

  constructor(
    guard: Guard,
    approvals: ApprovalsFile,
    onNotice: (message: string) => void,
    onRefused: (message: string) => void,
  ) {
    this.#guard = guard
    this.#approvals = approvals
    this.#onNotice = onNotice
    this.#onRefused = onRefused
    this.#path = widenedPath(approvals.path)
  }

  /** Before a call is judged. */
  look(): void {
    const lines = this.#approvals.lines()
    const stamp = stampOf(this.#path)
    if (lines === this.#lines && stamp === this.#stamp) return
    this.#lines = lines
    this.#stamp = stamp
    const wide = this.#approvals.widening()
    const texts = new Set(wide.map(({ text }) => text))
    for (const [line, command] of this.#standing)
      if (!texts.has(line)) {
        this.#standing.delete(line)
        this.#guard.widenings.take(command)
        this.#onNotice(`a widened approval was taken back: ${line}`)
      }
    if (wide.length === 0) return
    const kept = this.#kept()
    for (const line of wide) if (!this.#standing.has(line.text)) this.#widen(line, kept.get(line.text))
  }

  #widen(line: ApprovalLine, kept: Command | undefined): void {
    const command = kept ?? this.#order(line)
    if (command === undefined) return
    this.#standing.set(line.text, command.id)
    this.#guard.widenings.put(command)
  }

  /** Undefined where another guard holds the call, or none does. */
  #order({ ids: [id], widen, by = userName(), because = 'the approvals file says so', text }: ApprovalLine) {
    if (id === undefined || widen === undefined || this.#refused.has(text)) return undefined
    const command = this.#guard.widenings.order(id, { id: digest('approval line', text), by, reason: because, widen })
    if (command === undefined) return undefined
    if (typeof command === 'string') {
      this.#refused.add(text)
      this.#onRefused(`the approval of ${id} is not widened: ${command}`)
      return undefined
    }
    appendFileSync(this.#path, `${JSON.stringify({ line: text, command })}\n`, { mode: 0o600 })
    this.#stamp = stampOf(this.#path)
    this.#onNotice(`the approval of ${id} is widened by ${by} until ${new Date(widen.until).toISOString()}: ${because}`)
    return command
  }

  /** By line; torn ones are none. */
  #kept(): Map<string, Command> {
    const found = new Map<string, Command>()
    for (const each of (ownText(this.#path, this.#onRefused) ?? '').split('\n')) {
      const kept = parsed(each)
      if (kept !== undefined) found.set(kept.line, kept.command)
    }
    return found
  }
}

function parsed(line: string): Kept | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return Kept.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}
