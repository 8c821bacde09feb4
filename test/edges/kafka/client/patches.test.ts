import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { connect } from '../../../../src/edges/kafka/client/connection.ts'
import { encodeFetch } from '../../../../src/edges/kafka/client/fast-fetch.ts'
import { encodeRecord } from '../../../../src/edges/kafka/client/fast-records.ts'
import { applyPatches, type Patch } from '../../../../src/edges/kafka/client/patches.ts'
import { openKafkaLog } from '../../../../src/edges/kafka/log/open-kafka-log.ts'

const require = createRequire(import.meta.url)
const nobody = { brokers: ['127.0.0.1:9'] }

/** As whoever used the client before us in this process. */
const produceFile = 'kafkajs/src/protocol/requests/produce/v3/request.js'
const produce = () => require(produceFile) as unknown
const before = produce()

// First, for in one process a file is patched once.
test('a client that is not the one we know: nothing starts, and it says why', async () => {
  const file = require.resolve('kafkajs/src/network/requestQueue/index.js')
  const loaded = require.cache[file] as NodeJS.Module
  const { exports } = loaded
  loaded.exports = class Another {}
  await expect(openKafkaLog(nobody)).rejects.toMatchObject({
    code: 'LOG_CLIENT_UNFIT',
    retry: 'never',
    message: expect.stringMatching(
      /^kafkajs 2\.2\.4 is not .*: network\/requestQueue\/index\.js: it exports no function/,
    ),
  })
  loaded.exports = exports
})

test('in the client that is installed every patch applies, once, also to what it had loaded', () => {
  connect(nobody)
  connect(nobody)
  expect(require('kafkajs/src/protocol/requests/fetch/v11/request.js')).toBe(encodeFetch)
  const patched = produce()
  expect(patched).not.toBe(before)
  const loaded = require.cache[require.resolve(produceFile)]
  expect(loaded?.children.map(({ exports }) => exports)).toContain(encodeRecord)
  connect(nobody)
  expect(produce()).toBe(patched)
})

test.each<[string, Patch, string]>([
  ['a file that is not there', { file: 'network/gone.js', at: [], by: () => encodeFetch }, 'Cannot find module'],
  [
    'a file that exports something else',
    { file: 'network/connection.js', at: ['prototype', 'gone'], by: () => encodeFetch, inPlace: true },
    'it exports no function prototype.gone',
  ],
])('%s throws and is named', (_, patch, why) => {
  const fitting = expect.objectContaining({
    code: 'LOG_CLIENT_UNFIT',
    message: expect.stringContaining(`${patch.file}: ${why}`),
  })
  expect(() => applyPatches([patch])).toThrow(fitting)
})
