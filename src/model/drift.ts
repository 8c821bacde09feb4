import { type Static, Type } from 'typebox'
import { text } from './field-shapes.ts'

/** How a tool’s definition differs from the one that was pinned. */
export const Drift = Type.Object(
  {
    kind: Type.Union([Type.Literal('changed'), Type.Literal('shadowed'), Type.Literal('orders')], {
      description: 'Changed since it was pinned, offered by another server too, or its text orders the model about.',
    }),
    holds: Type.Boolean({
      description: 'It adds a destination, command or secret, or an order: calls wait for a person. Else it is a note.',
    }),
    because: text(512, 'The difference in words. Hostile names: show it as text only.'),
  },
  { description: 'How the tool’s definition differs from the one that was pinned.' },
)

export type Drift = Static<typeof Drift>
