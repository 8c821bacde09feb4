import { type Static, Type } from 'typebox'
import { ActionClass, Sensitivity } from './event.ts'
import { keyNames } from './keys.ts'
import { Origin } from './origin.ts'

export const Mode = Type.Union([Type.Literal('learn'), Type.Literal('shadow'), Type.Literal('enforce')], {
  description: 'learn: observes only. shadow: decides and marks “would have”. enforce: acts.',
})
export type Mode = Static<typeof Mode>

/** The act that a finding or command is about, short enough to travel. */
export const Act = Type.Object({
  action: Type.Optional(ActionClass),
  tool: Type.Optional(Type.String()),
  dataset: Type.Optional(Type.String()),
  sensitivity: Type.Optional(Sensitivity),
  environment: Type.Optional(Type.String()),
  destinations: Type.Optional(Type.Array(Type.String(), { description: 'Hashes.' })),
  external: Type.Optional(Type.Boolean()),
  count: Type.Optional(Type.Integer({ description: 'How many single acts it is about, when more than one.' })),
})
export type Act = Static<typeof Act>

/** A verdict stamped with detector, version, agent, task, time and mode. */
export const Finding = Type.Object(
  {
    id: Type.String({
      description: 'Digest of detector, version, subject and event: a redelivery is the same record.',
    }),
    time: Type.Integer({ description: 'Event time of the act that completed it, ms since the epoch.' }),
    tenant: Type.String(),
    agent: Type.String(),
    cohort: Type.Optional(Type.String()),
    principal: Type.Optional(Type.String()),
    session: Type.Optional(Type.String()),
    task: Type.Optional(Type.String()),
    credential: Type.Optional(Type.String()),
    detector: Type.String(),
    version: Type.Integer(),
    key: Type.String({ description: `What the detector is keyed by: ${keyNames.join(', ')}; of alarms, command.` }),
    subject: Type.String({ description: 'The value of that key.' }),
    rule: Type.Boolean({ description: 'Fixed bits of a rule, outside the statistical promise.' }),
    bits: Type.Number(),
    because: Type.String(),
    evidence: Type.Array(Type.String(), { description: 'Event ids, the act in hand last.' }),
    event: Type.String({ description: 'The act in hand.' }),
    act: Act,
    fault: Type.Optional(
      Type.Literal(true, { description: 'The detector failed, and is not asked about this subject any more.' }),
    ),
    held: Type.Optional(Type.Literal(true, { description: 'The point held the act: it did not happen.' })),
    everyTime: Type.Optional(
      Type.Literal(true, { description: 'A person is asked each time: no widened approval covers it.' }),
    ),
    widened: Type.Optional(
      Type.String({ description: 'The widened approval (a command) that covers it: it counts for nothing.' }),
    ),
    origin: Type.Optional(Origin),
    mode: Mode,
    labels: Type.Array(Type.String()),
  },
  {
    $id: 'https://rescind.dev/schemas/finding.json',
    title: 'Finding',
    description: 'One piece of evidence against an agent.',
  },
)
export type Finding = Static<typeof Finding>
