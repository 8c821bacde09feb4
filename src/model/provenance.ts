import { type Static, Type } from 'typebox'
import { count, id, text } from './field-shapes.ts'
import { Sink } from './sink.ts'

/** Where a destination or value was first visible to the agent. */
export const FirstSeen = Type.Object(
  {
    in: Type.Union(
      [Type.Literal('request'), Type.Literal('tool-output'), Type.Literal('scope'), Type.Literal('unknown')],
      { description: 'The principal’s own request, the output of a tool, the declared scope, or none of them.' },
    ),
    call: Type.Optional(id('The call whose output showed it first, when `in` is `tool-output`.')),
    form: Type.Optional(
      Type.Union([Type.Literal('field'), Type.Literal('prose')], {
        description: 'Whether the output held it as a whole field value or in the middle of running text.',
      }),
    ),
  },
  { description: 'Where a value was first seen by the agent.' },
)

export const Destination = Type.Object({
  hash: id('Digest of the value, so that it can be compared without being kept.'),
  display: Type.Optional(text(256, 'Shortened form for people. Hostile text: show it as text only.')),
  kind: Type.Optional(text(64, 'email, url, domain, account, path, channel, phone, user, …')),
  boundary: Type.Optional(Type.Union([Type.Literal('internal'), Type.Literal('external')])),
  seen: Type.Optional(FirstSeen),
})

const digests = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 128, description: 'Digest of a value.' }), {
    maxItems: 32,
    description,
  })

/** What an enforcement point found out about where the arguments of an attempt came from. Flags and digests only. */
export const Provenance = Type.Object(
  {
    request: Type.Optional(
      id('Digest of what the principal asked for; absent: the point never saw it, and only `untrusted` can be judged.'),
    ),
    sink: Type.Optional(Sink),
    tainted: Type.Optional(Type.Boolean({ description: 'The task had read something that somebody wrote.' })),
    cut: Type.Optional(
      Type.Boolean({ description: 'A bound cut what was read: what is not found may have stood there.' }),
    ),
    doubt: Type.Optional(
      Type.Union([Type.Literal('nowhere'), Type.Literal('lost')], {
        description:
          'A destination or command stood nowhere: neither in the request nor in what was read; lost where the memory was cut.',
      }),
    ),
    told: Type.Optional(
      Type.Boolean({
        description: 'Text that was read tells this very act, and the request does not ask for it.',
      }),
    ),
    flow: Type.Optional(
      Type.Union([Type.Literal('secret'), Type.Literal('restricted')], {
        description: 'The arguments hold a secret or restricted data that was read, and the destination has no proof.',
      }),
    ),
    added: Type.Optional(
      Type.Boolean({ description: 'A link that only text supplied, with something added to it, is visited.' }),
    ),
    carries: Type.Optional(
      Type.Boolean({ description: 'The payload holds words that were read, and the destination has no proof.' }),
    ),
    unasked: Type.Optional(
      count('How many things an irreversible act names that the agent did not make and nobody asked for.'),
    ),
    beyond: Type.Optional(Type.Boolean({ description: 'The request orders nothing, or no act of this kind.' })),
    asked: Type.Optional(
      Type.Boolean({ description: 'The request uses the verb or half of the words of the tool’s name.' }),
    ),
    untrusted: Type.Optional(
      Type.Union([Type.Literal('identifier'), Type.Literal('value')], {
        description:
          'Only running text that was read supplied an address, link, account or other identifier, or another value.',
      }),
    ),
    named: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Share of the tool’s name that one paragraph read before holds, for a tool that the request does not ask for.',
      }),
    ),
    identifies: Type.Optional(Type.Boolean({ description: 'The arguments hold an identifier or destination.' })),
    fromRead: Type.Optional(
      Type.Boolean({ description: 'Some argument came from what was read, not from the request.' }),
    ),
    read: Type.Optional(digests('Values of the arguments that systems returned as fields.')),
    prose: Type.Optional(digests('Values of the arguments that stood only in running text.')),
    used: Type.Optional(digests('Values of the arguments that the request named or the agent made up.')),
  },
  { description: 'Where the arguments came from.' },
)

export type FirstSeen = Static<typeof FirstSeen>
export type Destination = Static<typeof Destination>
export type Provenance = Static<typeof Provenance>
