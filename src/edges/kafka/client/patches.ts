import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { RescindError, wordsOf } from '../../../errors.ts'
import { decodeFetch, encodeFetch } from './fast-fetch.ts'
import { decodeRecord, encodeRecord } from './fast-records.ts'
import { honest } from './honest-sasl.ts'
import { quiet } from './quiet-queue.ts'

const require = createRequire(import.meta.url)

export interface Patch {
  /** The client’s file, under its `src`. */
  file: string
  /** Where the function stands that is replaced or changed: what it exports, or below that. */
  at: readonly string[]
  /** What the file exports from here on. */
  by(theirs: never): unknown
  /** The client holds on to what it exports: that is changed where it is, and nothing put in its place. */
  inPlace?: true
}

const protocol = dirname(require.resolve('kafkajs/src/protocol/encoder.js'))
const fetch = 'protocol/requests/fetch/v11'
const record = 'protocol/recordBatch/record/v0'
const patches: readonly Patch[] = [
  { file: `${record}/index.js`, at: [], by: () => encodeRecord },
  { file: `${record}/decoder.js`, at: [], by: () => decodeRecord },
  { file: `${fetch}/request.js`, at: [], by: () => encodeFetch },
  { file: `${fetch}/response.js`, at: ['decode'], by: (theirs: object) => ({ ...theirs, decode: decodeFetch }) },
  {
    file: 'network/requestQueue/index.js',
    at: ['prototype', 'scheduleCheckPendingRequests'],
    by: quiet,
    inPlace: true,
  },
  { file: 'broker/saslAuthenticator/index.js', at: ['prototype', 'authenticate'], by: honest, inPlace: true },
]

/** Files that were patched in this process, whoever did it. */
const patched = new Set<string>()

/**
 * The client reads and writes each number as a BigInt, each record, header and partition in a growing buffer of its own, and works
 * through every partition that a fetch asked for, also when it brought nothing: most of what a record costs where there are many,
 * and most of what a fetch costs where there are few. Ours do the same (test/edges/kafka/client/fast-*.test.ts hold them against the
 * client’s) and are put in their places. Without them a
 * broker that dies at a bad moment would end us, and nobody would know why we are slow: so a patch that does not apply throws
 * LOG_CLIENT_UNFIT, and nothing starts.
 */
export function applyPatches(all: readonly Patch[] = patches): void {
  for (const patch of all)
    if (!patched.has(patch.file)) {
      apply(patch)
      patched.add(patch.file)
    }
}

function apply({ file, at, by, inPlace }: Patch): void {
  try {
    const name = require.resolve(`kafkajs/src/${file}`)
    if (inPlace !== true) forget(name)
    const theirs: unknown = require(name)
    const loaded = require.cache[name]
    if (loaded === undefined) throw new Error('it is not kept as a module')
    const found = at.reduce((from, name) => (from as Record<string, unknown> | undefined)?.[name], theirs)
    if (typeof found !== 'function') throw new TypeError(`it exports no function ${at.join('.')}`.trimEnd())
    loaded.exports = by(theirs as never)
  } catch (cause) {
    throw new RescindError(
      'LOG_CLIENT_UNFIT',
      `kafkajs ${versionOf()} is not the client that is patched here: ${file}: ${wordsOf(cause)}. Install the version that the package names.`,
      { cause, data: { file } },
    )
  }
}

/**
 * Whoever was here before us in this process may have used the client: what was loaded with the file as it was is loaded
 * again when the client next asks for it, which it does for each request.
 */
function forget(name: string): void {
  const holders = Object.values(require.cache).filter((each) => each?.children.some(({ id }) => id === name))
  delete require.cache[name]
  for (const holder of holders)
    if (holder?.id.startsWith(protocol) && require.cache[holder.id] === holder) forget(holder.id)
}

function versionOf(): string {
  try {
    return String((require('kafkajs/package.json') as { version: unknown }).version)
  } catch {
    return '(unknown version)'
  }
}
