import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { connect } from '../../../../src/edges/kafka/client/connection.ts'

interface Queue {
  pending: unknown[]
  throttleCheckTimeoutId: unknown
  checkPendingRequests(): void
  canSendSocketRequestImmediately(): boolean
  destroy(): void
}

test('a connection without pending requests has no timer, and one with some has', () => {
  connect({ brokers: ['127.0.0.1:9'] })
  connect({ brokers: ['127.0.0.1:9'] })
  const require = createRequire(import.meta.url)
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: Queue }
  const queue = Object.assign(Object.create(prototype) as Queue, {
    ...{ pending: [], throttleCheckTimeoutId: null, throttledUntil: -1, inflight: new Map([[1, {}]]) },
    maxInFlightRequests: 1,
  })
  queue.checkPendingRequests()
  expect(queue.throttleCheckTimeoutId).toBeNull()
  queue.pending.push({})
  queue.checkPendingRequests()
  expect(queue.throttleCheckTimeoutId).not.toBeNull()
  queue.destroy()
})
