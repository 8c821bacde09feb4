import { type Static, Type } from 'typebox'
import { id, millis } from './field-shapes.ts'

/** Who handed an event in, and when. The monitor says it, never a writer. */
export const Origin = Type.Object(
  {
    publisher: id('Whose key or token it came by: `local`, `key:NAME`, `token:SUBJECT`, or `source:NAME`.'),
    owner: Type.Optional(Type.Literal(true, { description: 'Its key is bound to this agent, or is the local one.' })),
    arrived: millis('When it was taken in.'),
  },
  { description: 'Stamped by the monitor as it takes the event in; what a writer puts here is replaced.' },
)
export type Origin = Static<typeof Origin>
