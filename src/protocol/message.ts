import { type Static, Type } from 'typebox'
import { Command, CommandState, CommandUpdate } from '../model/command.ts'

/** One message of the decision stream, as it is signed. */
export const DecisionMessage = Type.Object({
  kind: Type.Union([Type.Literal('snapshot'), Type.Literal('delta'), Type.Literal('beat')]),
  tenant: Type.String(),
  seq: Type.Integer({ minimum: 0, description: 'Of the table after this message.' }),
  digest: Type.String({ description: 'Of the table after this message.' }),
  commands: Type.Optional(
    Type.Array(Type.Object({ command: Command, state: CommandState }), {
      description: 'Of a snapshot: the commands in force.',
    }),
  ),
  page: Type.Optional(
    Type.Integer({ description: 'Of a snapshot in several messages, from 1. The table is whole with the last.' }),
  ),
  pages: Type.Optional(Type.Integer()),
  updates: Type.Optional(Type.Array(CommandUpdate, { description: 'Of a delta, in order.' })),
  policyVersion: Type.String(),
  at: Type.Number({ description: 'When it was made, ms since the epoch.' }),
})
export type DecisionMessage = Static<typeof DecisionMessage>

/** Media type of the signature’s header, `typ`. */
export const messageType = 'rescind-decision+jws'
