import { createRequire } from 'node:module'
import { decodeFetch, encodeFetch } from './fast-fetch.ts'
import { decodeRecord, encodeRecord } from './fast-records.ts'

const require = createRequire(import.meta.url)

/**
 * The client reads and writes each number as a BigInt, each record, header and partition in a growing buffer of its own, and works
 * through every partition that a fetch asked for, also when it brought nothing: most of what a record costs where there are many,
 * and most of what a fetch costs where there are few. These do the same (test/logs/kafka/fast-*.test.ts hold them against the
 * client’s) and are put in their places before it loads them. In another version of the client, whose files are elsewhere,
 * nothing is replaced and only speed differs.
 */
export function useFastProtocol(): void {
  replace('kafkajs/src/protocol/recordBatch/record/v0/index.js', () => encodeRecord)
  replace('kafkajs/src/protocol/recordBatch/record/v0/decoder.js', () => decodeRecord)
  replace('kafkajs/src/protocol/requests/fetch/v11/request.js', () => encodeFetch)
  replace('kafkajs/src/protocol/requests/fetch/v11/response.js', (theirs) => ({
    ...(theirs as object),
    decode: decodeFetch,
  }))
}

function replace(path: string, by: (theirs: unknown) => unknown): void {
  try {
    const theirs: unknown = require(path)
    const loaded = require.cache[require.resolve(path)]
    if (loaded !== undefined && !replaced.has(loaded)) loaded.exports = by(theirs)
    if (loaded !== undefined) replaced.add(loaded)
  } catch {
    // Elsewhere in this version.
  }
}

const replaced = new WeakSet<object>()
