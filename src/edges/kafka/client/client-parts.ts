import { createRequire } from 'node:module'
import { decodeFetch, encodeFetch } from './fast-fetch.ts'
import { decodeRecord, encodeRecord } from './fast-records.ts'
import { honest } from './honest-sasl.ts'
import { quiet } from './quiet-queue.ts'

const require = createRequire(import.meta.url)

/** The client’s file, and what takes the place of what it exports. */
const parts: readonly [path: string, by: (theirs: never) => unknown][] = [
  ['protocol/recordBatch/record/v0/index.js', () => encodeRecord],
  ['protocol/recordBatch/record/v0/decoder.js', () => decodeRecord],
  ['protocol/requests/fetch/v11/request.js', () => encodeFetch],
  ['protocol/requests/fetch/v11/response.js', (theirs: object) => ({ ...theirs, decode: decodeFetch })],
  ['network/requestQueue/index.js', quiet],
  ['broker/saslAuthenticator/index.js', honest],
]

let isDone = false

/**
 * The client reads and writes each number as a BigInt, each record, header and partition in a growing buffer of its own, and works
 * through every partition that a fetch asked for, also when it brought nothing: most of what a record costs where there are many,
 * and most of what a fetch costs where there are few. Ours do the same (test/edges/kafka/client/fast-*.test.ts hold them against the
 * client’s) and are put in their places before it loads them; two that it has loaded are mended where they are. In another version
 * of the client, whose files are elsewhere, nothing is replaced: speed differs, and a broker that dies at a bad moment ends us.
 */
export function replaceParts(): void {
  if (isDone) return
  isDone = true
  for (const [path, by] of parts)
    try {
      const name = `kafkajs/src/${path}`
      const theirs = require(name) as never
      const loaded = require.cache[require.resolve(name)]
      if (loaded !== undefined) loaded.exports = by(theirs)
    } catch {
      // Elsewhere in this version.
    }
}
