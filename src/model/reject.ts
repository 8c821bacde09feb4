import { type Static, Type } from 'typebox'

/** A record that could not be used: kept with the stage, a stable code, the reason and its first bytes. */
export const Reject = Type.Object(
  {
    id: Type.String({ description: 'Digest of its cause, so that a redelivery is the same record.' }),
    time: Type.Integer({ description: 'When it was received, ms since the epoch.' }),
    stage: Type.String(),
    code: Type.String({ description: 'Stable, for example FIELD_TYPE.' }),
    reason: Type.String({ description: 'In words, naming the field and the fix.' }),
    field: Type.Optional(Type.String({ description: 'JSON pointer of the field that is wrong.' })),
    raw: Type.String({ description: 'The first bytes of what came in; hostile text.' }),
    rawBytes: Type.Integer({ description: 'Full size of what came in, bytes.' }),
    format: Type.Optional(Type.String()),
    origin: Type.Optional(
      Type.Object(
        { source: Type.String(), topic: Type.String(), partition: Type.Integer(), offset: Type.Integer() },
        { description: 'The record that it came in, of a topic of somebody else.' },
      ),
    ),
  },
  {
    $id: 'https://rescind.dev/schemas/dead-letter.json',
    title: 'DeadLetter',
    description: 'A record that could not be used.',
  },
)
export type Reject = Static<typeof Reject>
