import { createHmac } from 'node:crypto'
import { Type } from 'typebox'
import { isFromLoopback } from '../../config/loopback.ts'
import { proofPath, proofText } from '../../protocol/proof.ts'
import type { Routes } from './context.ts'
import { refusal } from './problem.ts'
import { json, problems } from './schemas.ts'

const Query = Type.Object({
  nonce: Type.String({ pattern: '^[\\w-]{22,128}$', description: 'Of the caller, new for each question.' }),
})
const Answer = Type.Object({ proof: Type.String() })

/** GET /v1/proof: a caller that has the local key asks before it sends it. */
export const proofRoutes =
  (localKey: string | undefined): Routes =>
  (app) => {
    app.get<{ Querystring: { nonce: string } }>(proofPath, {
      config: { scope: 'open' },
      schema: {
        operationId: 'proveMonitor',
        summary: 'Proves to callers on this machine that this is the monitor of the local key',
        tags: ['operate'],
        querystring: Query,
        response: { 200: json(Answer, 'HMAC-SHA-256 of port and nonce under the local key, base64url.'), ...problems },
      },
      async handler(request) {
        const { remoteAddress, localPort = 0 } = request.socket
        if (localKey === undefined || !isFromLoopback(remoteAddress))
          throw refusal('API_NOT_FOUND', 'There is no local key here.')
        const proof = createHmac('sha256', localKey).update(proofText(localPort, request.query.nonce))
        return { proof: proof.digest('base64url') }
      },
    })
  }
