import type { Log, LogRecord } from '../../ports/log.ts'

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
  for await (const record of log.read(topic, partition, Math.max(range.start, to - count))) {
    if (record.offset >= to) return
    yield record
  }
}
