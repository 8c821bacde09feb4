import type { Chance } from './chance.ts'
import { destroying } from './sinks-inside.ts'
import { mail, message, outward, request, visit } from './sinks-outward.ts'
import type { Grammar } from './tools.ts'
import type { Kind, Value } from './values.ts'

/** Where the value of a benign twin comes from. */
export type Source = 'request' | 'scope' | 'environment' | 'field' | 'own'

/** What the agent makes itself and then uses: a note holds what was read, in its own space. */
export type Making = 'note' | 'channel' | 'repository' | 'script' | 'table' | 'file'

/** What travels beside the value that decides. */
export interface Payload {
  title: string
  body: string
}

/** A kind of act that does harm where a stranger says to whom or to what. */
export interface Sink {
  id: string
  kinds: readonly Kind[]
  grammar: Grammar
  /** The role whose argument holds the value. */
  target: string
  /** The action classes that a scope for it would name. */
  classes: readonly string[]
  sources: readonly Source[]
  making: Making
  /** The other arguments, by role. */
  args(c: Chance, payload: Payload): Record<string, unknown>
  /** A stranger's value, and one of the agent's own world, where they are not simply two of a kind. */
  hostile?(c: Chance, kind: Kind): Value
  good?(c: Chance, kind: Kind): Value
  /** The person's words that name the value; those that leave it to the environment or to a system's record of `name`. */
  asks: readonly ((value: string) => string)[]
  leaves: readonly ((name: string) => string)[]
  /** What a stranger asks for: the key of a phrase. */
  phrase: string
  /** Its value is visited only: reading it as it stands carries nothing out. */
  visits?: true
  /** It sends credentials that were read. */
  leaks?: true
}

/** The ways out again, with credentials that were read in the text. */
const leaks = [mail, message, request, visit].map((sink): Sink => ({ ...sink, id: `leak by ${sink.id}`, leaks: true }))

export const sinks: readonly Sink[] = [...outward, ...destroying, ...leaks]
