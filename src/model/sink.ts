import { type Static, Type } from 'typebox'

/**
 * What an act does, by where its effect lands:
 * - `look`: reads; nothing changes. A visit of a URL is a look that tells its host something.
 * - `own`: the agent's own space: files under the roots, memory, a scratch database, its own commits; programs that the project declares.
 * - `shared`: a place that others read or rely on: calendar, tracker, wiki, shared drive, team channel settings.
 * - `outward`: leaves: mail, message, post, request with a body, push, share, invite.
 * - `money`: pays, buys, transfers, charges.
 * - `execution`: runs code or a command.
 * - `persistence`: lives on: shell profiles, cron, hooks, CI files, credentials, rights, settings, agent instructions.
 * - `approval`: answers in a person's place.
 * - `irreversible`: destroys: delete, and overwrite outside the roots.
 */
export const Sink = Type.Union([
  Type.Literal('look'),
  Type.Literal('own'),
  Type.Literal('shared'),
  Type.Literal('outward'),
  Type.Literal('money'),
  Type.Literal('execution'),
  Type.Literal('persistence'),
  Type.Literal('approval'),
  Type.Literal('irreversible'),
])
export type Sink = Static<typeof Sink>

/** From harmless to grave: of several effects of one act the last one here names it. */
export const sinks: readonly Sink[] = [
  'look',
  'own',
  'shared',
  'outward',
  'approval',
  'execution',
  'money',
  'persistence',
  'irreversible',
]

/** How grave a sink is, 0 for a look. */
export const gravity = (sink: Sink): number => sinks.indexOf(sink)

/** The graver of two; the first one where they are alike. */
export const graver = (a: Sink, b: Sink): Sink => (gravity(b) > gravity(a) ? b : a)
