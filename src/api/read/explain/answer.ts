import { type Static, Type } from 'typebox'
import { CommandState, Rung, Widens } from '../../../model/command.ts'
import { Act, Mode } from '../../../model/finding.ts'
import { PointStates } from '../../../model/point-state.ts'
import { Review } from '../../../model/receipt.ts'
import { InWords } from '../command-life.ts'
import { Reckoning } from './reckoning.ts'

const Line = Type.Object({
  finding: Type.String(),
  detector: Type.String(),
  event: Type.String(),
  bits: Type.Number(),
  because: Type.String(),
  rule: Type.Optional(Type.Boolean({ description: 'Fixed bits, outside the statistical promise.' })),
  mode: Type.Optional(Mode),
  widened: Type.Optional(Type.String({ description: 'A widened approval covers it: it counts for nothing.' })),
})
export type Line = Static<typeof Line>

export const Familiar = Type.Object({
  trait: Type.String(),
  value: Type.String(),
  tasks: Type.Integer({ description: 'Clean tasks of this agent that showed it.' }),
  of: Type.Integer({ description: 'Clean tasks learned.' }),
  cohort: Type.Boolean({ description: 'Known to its cohort.' }),
  fleet: Type.Boolean({ description: 'Known to the fleet.' }),
})
export type Familiar = Static<typeof Familiar>

const Widened = Type.Object(
  {
    ...Widens.properties,
    at: Type.Integer({ description: 'ms since the epoch.' }),
    until: Type.Integer({ description: 'ms since the epoch.' }),
    acts: Type.String({ description: 'Which acts, in words.' }),
  },
  { description: 'By this command a person lets further acts go.' },
)

/** What a person said of a command. */
const Said = Type.Object({
  verb: Review.properties.verb,
  by: Type.String(),
  time: Type.Integer({ description: 'ms since the epoch.' }),
  reason: Type.String(),
})

export const Explanation = Type.Object({
  kind: Type.Union([Type.Literal('command'), Type.Literal('finding'), Type.Literal('event'), Type.Literal('agent')]),
  id: Type.String(),
  agent: Type.String(),
  because: Type.String({ description: 'In one sentence.' }),
  act: Type.Optional(Act),
  call: Type.Optional(Type.String({ description: 'The call that was held, as people may see it. Hostile text.' })),
  verdicts: Type.Array(Line, { description: 'The heaviest first.' }),
  reckoning: Reckoning,
  commands: Type.Array(
    Type.Object({
      id: Type.String(),
      rung: Rung,
      state: CommandState,
      ...InWords,
      points: PointStates,
      mode: Mode,
      because: Type.String(),
      by: Type.Optional(Type.String({ description: 'The person who ordered it by hand.' })),
      widened: Type.Optional(Widened),
    }),
  ),
  reviews: Type.Optional(
    Type.Array(Said, {
      description: 'Of a command: who ordered, approved, denied or released it, the earliest first.',
    }),
  ),
  quiet: Type.Optional(Type.Array(Type.String(), { description: 'Why nothing fired, where nothing did.' })),
  familiar: Type.Optional(Type.Array(Familiar)),
  text: Type.Array(Type.String(), { description: 'The waterfall in words, a line each.' }),
})
export type Explanation = Static<typeof Explanation>
