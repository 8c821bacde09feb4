import type { Command, CommandState, CommandUpdate } from '../model/command.ts'
import { digest } from '../model/digest.ts'
import { interrupts } from './ladder.ts'

/** A command that ended: by time or by a person. */
export const ended = (state: CommandState): boolean => state === 'expired' || state === 'released'

/** Whether enforcement points must hold to it: what interrupts, and what a person widened. */
export const inForce = (command: Command, state: CommandState): boolean =>
  command.mode === 'enforce' &&
  (interrupts(command.rung) || command.restriction.allow !== undefined) &&
  !ended(state) &&
  state !== 'proposed'

/** XOR over the digests of all commands in force, as four 32-bit words: order does not matter, and it is its own inverse. */
export type TableDigest = [number, number, number, number]

export const emptyDigest = (): TableDigest => [0, 0, 0, 0]

/** Adds a command to a table digest, or takes it out. */
export function toggle(words: TableDigest, command: string): void {
  const d = digest('in force', command)
  for (let i = 0; i < 4; i++) words[i] = ((words[i] as number) ^ Number.parseInt(d.slice(i * 8, i * 8 + 8), 16)) | 0
}

export const hexDigest = (words: TableDigest): string =>
  words.map((w) => (w >>> 0).toString(16).padStart(8, '0')).join('')

export interface Standing {
  command: Command
  state: CommandState
}

/**
 * The commands in force of one tenant, as a reader of updates builds it: the monitor’s decision stream and every
 * enforcement point hold one. `seq` and `digest` say whether it has drifted from the source.
 */
export class CommandTable {
  seq = 0
  readonly commands = new Map<string, Standing>()
  readonly #digest = emptyDigest()

  get digest(): string {
    return hexDigest(this.#digest)
  }

  /** Takes one update; answers whether the table now agrees with its source. An old update is ignored and agrees. */
  apply(update: CommandUpdate): boolean {
    if (update.seq <= this.seq) return true
    const gap = update.seq !== this.seq + 1
    this.seq = update.seq
    const known = this.commands.get(update.command)
    const command = update.issue ?? known?.command
    if (command === undefined) return !gap && this.digest === update.digest
    this.#set(command, update.state)
    return !gap && this.digest === update.digest
  }

  /** Starts anew from a snapshot; answers whether its digest is what it says. */
  reset(seq: number, digest: string, commands: readonly Standing[]): boolean {
    this.commands.clear()
    this.#digest.fill(0)
    this.seq = seq
    for (const { command, state } of commands) this.#set(command, state)
    return this.digest === digest
  }

  /** Commands that enforcement points must hold to. */
  *inForce(): Iterable<Command> {
    for (const { command, state } of this.commands.values()) if (inForce(command, state)) yield command
  }

  #set(command: Command, state: CommandState): void {
    const known = this.commands.get(command.id)
    const before = known !== undefined && inForce(known.command, known.state)
    if (before !== inForce(command, state)) toggle(this.#digest, command.id)
    if (ended(state)) this.commands.delete(command.id)
    else this.commands.set(command.id, { command, state })
  }
}
