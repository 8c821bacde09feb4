import type { Command, CommandState, CommandUpdate } from '../model/command.ts'
import type { Mode } from '../model/finding.ts'
import type { PointStates } from '../model/point-state.ts'
import { ended } from './command-table.ts'
import { interrupts } from './ladder.ts'
import { follow, inWords } from './points.ts'

/** How far a command has come, as a reader of its updates follows it. Everybody who shows a command takes it from here. */
export interface Life {
  command: Command
  state: CommandState
  /** When it came to this state, ms. */
  since: number
  points: PointStates
  /** Of its last update. */
  seq: number
}

/** The life after one more update; undefined while nobody has said what the command is. */
export function advance(life: Life | undefined, update: CommandUpdate): Life | undefined {
  const { state, time, seq, issue } = update
  const command = issue ?? life?.command
  if (command === undefined) return undefined
  const since = life?.state === state ? life.since : time
  return { command, state, since, points: follow(life?.points ?? {}, update), seq }
}

type Stands = Pick<Life, 'command' | 'state'>

/**
 * Whether approve and deny are answers to it: the brake held it, it only would have been ordered, or it is a step-up. One that
 * a person ordered by hand is about no single act: it is released.
 */
export const asks = ({ command, state }: Stands): boolean =>
  !ended(state) &&
  interrupts(command.rung) &&
  command.by === undefined &&
  (state === 'proposed' || command.rung === 'step-up')

/** Whether somebody waits for the answer. */
export const waits = (life: Stands): boolean => asks(life) && life.command.mode === 'enforce'

/** What a state means. “Sent” is never “applied”: what no point has applied says so. */
const words: Readonly<Record<CommandState, string>> = {
  proposed: 'waits for a person',
  issued: 'issued, not applied',
  delivered: 'delivered, not applied',
  'partly-applied': 'partly applied',
  applied: 'applied',
  refused: 'refused by a point',
  failed: 'failed at a point',
  expired: 'expired',
  released: 'released',
}

/** The state in words; of what is no order, that it only was noted or would have been one. */
export function stateWords({
  command,
  state,
}: {
  command: { mode: Mode; rung: Command['rung'] }
  state: CommandState
}): string {
  if (state === 'proposed' && command.mode !== 'enforce') return `would have (${command.mode})`
  if (state === 'proposed' && !interrupts(command.rung)) return 'noted'
  return words[state]
}

/** A life in words, beside what machines read. */
export const wordsOf = (life: Pick<Life, 'command' | 'state' | 'points'>): { words: string; answers: string } => ({
  words: stateWords(life),
  answers: inWords(life.points),
})
