import { type Static, Type } from 'typebox'

/** How far a command has come at one enforcement point. */
export const PointOutcome = Type.Union(
  [
    Type.Literal('awaited'),
    Type.Literal('delivered'),
    Type.Literal('applied'),
    Type.Literal('refused'),
    Type.Literal('failed'),
    Type.Literal('gone'),
  ],
  {
    description:
      'awaited: it serves the agent and follows the commands, and has said nothing yet. gone: it follows no more, and never said applied.',
  },
)
export type PointOutcome = Static<typeof PointOutcome>

/** What one enforcement point made of a command. */
export const PointState = Type.Object({
  outcome: PointOutcome,
  time: Type.Integer({ description: 'When it came to this outcome, ms since the epoch.' }),
  why: Type.Optional(Type.String({ description: 'The point’s reason.' })),
  expected: Type.Optional(
    Type.Literal(true, { description: 'The command is to hold there: the point has served the agent.' }),
  ),
})
export type PointState = Static<typeof PointState>

/** By the point’s name. */
export const PointStates = Type.Record(Type.String(), PointState)
export type PointStates = Readonly<Record<string, PointState>>
