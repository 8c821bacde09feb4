import { type Static, Type } from 'typebox'
import { id, millis } from './field-shapes.ts'

/** How far a publisher speaks for an agent; absent: it does. */
export const Heard = Type.Union([Type.Literal('first'), Type.Literal('stranger')], {
  description:
    'It does not speak for the agent. first: it was heard first, and showed nothing clean yet; stranger: the agent is another’s.',
})
export type Heard = Static<typeof Heard>

/** Who handed an event in, and when. The monitor says it, never a writer. */
export const Origin = Type.Object(
  {
    publisher: id('Whose key or token it came by: `local`, `key:NAME`, `token:SUBJECT`, or `source:NAME`.'),
    owner: Type.Optional(Type.Literal(true, { description: 'Its key is bound to this agent, or is the local one.' })),
    arrived: millis('When it was taken in.'),
    heard: Type.Optional(Heard),
  },
  { description: 'Stamped by the monitor as it takes the event in; what a writer puts here is replaced.' },
)
export type Origin = Static<typeof Origin>
