import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Log, LogRecord } from '../../ports/log.ts'

/** How long a walk keeps the thread from those who decide, ms. */
const sliceMs = 3

/** Records of a partition from `from` on, to before `to`, with turns for others between them. Oldest first. */
export async function* walk(
  log: Pick<Log, 'read'>,
  topic: string,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<LogRecord> {
  let began = performance.now()
  for await (const record of log.read(topic, partition, from, to)) {
    yield record
    if (performance.now() - began < sliceMs) continue
    await othersTurn()
    began = performance.now()
  }
}

/** The latest records of a partition, at most `count` back from `end`; absent: from its end. Oldest first. */
export async function* tailOf(
  log: Log,
  topic: string,
  partition: number,
  count: number,
  end?: number,
): AsyncGenerator<LogRecord> {
  const range = await log.range(topic, partition)
  const to = end ?? range.end
  yield* walk(log, topic, partition, Math.max(range.start, to - count), to)
}
