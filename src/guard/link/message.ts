import { compactVerify, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { Compile } from 'typebox/compile'
import { faultsOf } from '../../model/faults.ts'
import { DecisionMessage, messageType } from '../../protocol/message.ts'
import type { MonitorClient } from './client.ts'

const messages = Compile(DecisionMessage)
const algorithms = ['ES256', 'EdDSA', 'Ed25519']

/** Checks the signature of a message and what it says; throws in plain words. */
export type Verify = (jws: string) => Promise<DecisionMessage>

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
      const [fault] = faultsOf(DecisionMessage, message, 'message')
      throw new Error(`the message is wrong: ${fault?.path}: ${fault?.message}`)
    }
    if (message.tenant !== tenant) throw new Error('the message is for another tenant')
    return message
  }
}
