import { type Static, Type } from 'typebox'
import { count } from './field-shapes.ts'

const keyed = (maxItems: number, description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems, description })

/** By what agents of one trace are joined across machines. Digests under the tenant’s secret, so that readers of events can test no guess. */
export const Keyed = Type.Object(
  {
    aims: Type.Optional(
      Type.Array(keyed(4, 'One of them: it itself, its space, its site.'), {
        maxItems: 32,
        description: 'Where an attempt leads, as far as the request alone accounts for it or nothing does.',
      }),
    ),
    written: Type.Optional(keyed(256, 'What texts of others named without proof that the task read before.')),
    spoken: Type.Optional(keyed(256, 'The same of what stood only where a text speaks to the model.')),
    named: Type.Optional(keyed(64, 'What the task’s own requests named; there with its first event in a trace.')),
    hands: Type.Optional(
      Type.Boolean({
        description: 'Beside `named`: the request hands over to what is read, or asks to answer somebody.',
      }),
    ),
    cut: Type.Optional(count('How many of these did not fit.')),
  },
  { description: 'By what agents of one trace are joined: keyed digests.' },
)

export type Keyed = Static<typeof Keyed>
