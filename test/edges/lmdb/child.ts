/**
 * The other process of the tests: opens a log and says on stdout, a line each, what was acknowledged. Compiled and
 * started by processes.ts.
 */
import { writeSync } from 'node:fs'
import { openLocalLog } from '../../../src/edges/lmdb/open-local-log.ts'
import { RescindError } from '../../../src/errors.ts'

const [directory = '', task = ''] = process.argv.slice(2)
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`)
const clock = { now: () => Date.now(), every: () => () => {} }

const failed = (error: unknown): never => {
  say(error instanceof RescindError ? { failed: error.code, data: error.data } : { failed: String(error) })
  process.exit(1)
}

const log = await openLocalLog({ directory, clock }).catch(failed)
await log.createTopics([
  { name: 'events', partitions: 3 },
  { name: 'out', partitions: 1 },
  { name: 'state', partitions: 1, compacted: true },
])
say({ opened: process.pid })

if (task === 'hold') setInterval(() => {}, 60_000)

if (task === 'append') await append().catch(failed)

if (task === 'commit') await commit().catch(failed)

if (task === 'fill') {
  const value = 'x'.repeat(100_000)
  for (let written = 0; ; written++) {
    const failure = await log.append([{ topic: 'events', key: 'a', value, partition: 0 }]).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (failure === undefined) continue
    if (!(failure instanceof RescindError)) throw failure
    const range = await log.range('events', 0)
    say({ failed: failure.code, message: failure.message, retry: failure.retry, written, range })
    await log.close()
    break
  }
}

async function append(): Promise<never> {
  for (let round = 0; ; round++) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const value = `${round}.${index}`
        const [position] = await log.append([{ topic: 'events', key: value, value }])
        say({ ...position, value })
      }),
    )
  }
}

async function commit(): Promise<never> {
  for (let event = 0; ; event++) {
    await log.commit('stage', {
      outputs: [{ topic: 'out', key: 'agent', value: String(event) }],
      changelog: [{ topic: 'state', key: 'agent', value: String(event) }],
      offsets: [{ topic: 'events', partition: 0, offset: event + 1 }],
    })
    say({ committed: event })
  }
}
