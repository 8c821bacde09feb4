import type { Static, TObject } from 'typebox'
import type { Command, CommandState } from '../model/command.ts'

/** A step of a command that a channel is told of. */
export interface Delivery {
  /** Names this step for good: the same one may come again after a crash, and must have the effect of once. */
  id: string
  command: Command
  state: CommandState
  /** `apply`: hold to it. `withdraw`: it has ended, give back what was taken. `tell`: for people. */
  verb: 'apply' | 'withdraw' | 'tell'
}

/**
 * What came of a delivery. `delivered`: the other side has it. `applied`: it holds, and the channel has proof. `refused`: the other
 * side will not, and asking again does not help. `unreachable`: nobody knows; it is tried again.
 */
export interface Answer<Effect extends 'informs' | 'enforces' = 'enforces'> {
  outcome: 'delivered' | 'refused' | 'unreachable' | (Effect extends 'enforces' ? 'applied' : never)
  /** For people; needed unless it went well. */
  why?: string
}

/**
 * One that is told of commands, open. Obligations:
 *  - `deliver` is idempotent by the delivery’s id, and by command and verb.
 *  - It answers in bounded time, and throws or answers `unreachable` when it does not know what came of it.
 *  - `applied` only after proof that the other side holds to the command, never after sending alone.
 *  - It does not retry, back off, count or log: `runtime/deliver.ts` does, once for all.
 */
export interface OpenChannel<Effect extends 'informs' | 'enforces'> {
  deliver(delivery: Delivery): Promise<Answer<Effect>>
  /** Whether the other side can be reached now; `undefined` when it can, else why not. */
  probe(): Promise<string | undefined>
  close(): Promise<void>
}

export interface ChannelSpec<Options extends TObject, Effect extends 'informs' | 'enforces'> {
  /** Names it in the configuration (`channels.ID`), in metrics, and as the point `channel:ID`. */
  id: string
  title: string
  /** One that informs can never answer `applied`. */
  effect: Effect
  /** `orders`: commands in force, and their end. `all`: every step of every command, proposals and notices too. */
  carries: 'orders' | 'all'
  /** Its part of the configuration, with defaults and descriptions. */
  options: Options
  open(options: Static<Options>): Promise<OpenChannel<Effect>>
}

// biome-ignore lint/suspicious/noExplicitAny: channels of different options share one list; each is typed where it is defined
export type Channel = ChannelSpec<any, any>

/** Says what a channel is; the types of options and answers follow from it. */
export const defineChannel = <Options extends TObject, Effect extends 'informs' | 'enforces'>(
  spec: ChannelSpec<Options, Effect>,
): Channel => Object.freeze(spec)
