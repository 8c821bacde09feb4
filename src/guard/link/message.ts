import { compactVerify, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Command, CommandState, CommandUpdate } from '../../model/command.ts'
import { faultsOf } from '../../model/faults.ts'
import type { MonitorClient } from './client.ts'

const Message = Type.Object({
  kind: Type.Union([Type.Literal('snapshot'), Type.Literal('delta'), Type.Literal('beat')]),
  tenant: Type.String(),
  seq: Type.Integer({ minimum: 0 }),
  digest: Type.String(),
  commands: Type.Optional(Type.Array(Type.Object({ command: Command, state: CommandState }))),
  updates: Type.Optional(Type.Array(CommandUpdate)),
  page: Type.Optional(Type.Integer()),
  pages: Type.Optional(Type.Integer()),
  policyVersion: Type.String(),
  at: Type.Number(),
})
export type Message = Static<typeof Message>

const messages = Compile(Message)
const algorithms = ['ES256', 'EdDSA', 'Ed25519']
export const messageType = 'rescind-decision+jws'

/** Checks the signature of a message and what it says; throws in plain words. */
export type Verify = (jws: string) => Promise<Message>

export function verifier(client: MonitorClient, tenant: string): Verify {
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`), {
    timeoutDuration: 5000,
    cooldownDuration: 5000,
    [customFetch]: (url, init) => client.request(new URL(url).pathname, init as RequestInit),
  })
  return async (jws) => {
    const { payload, protectedHeader } = await compactVerify(jws, keys as Parameters<typeof compactVerify>[1], {
      algorithms,
    })
    if (protectedHeader.typ !== messageType) throw new Error(`the message is not of type ${messageType}`)
    const message: unknown = JSON.parse(new TextDecoder().decode(payload))
    if (!messages.Check(message)) {
      const [fault] = faultsOf(Message, message, 'message')
      throw new Error(`the message is wrong: ${fault?.path}: ${fault?.message}`)
    }
    if (message.tenant !== tenant) throw new Error('the message is for another tenant')
    return message
  }
}
