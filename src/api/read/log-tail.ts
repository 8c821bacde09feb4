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

/** Drops the oldest of a map that has grown by one beyond its limit. */
export function bound(map: Map<string, unknown>, limit: number): void {
  if (map.size <= limit) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    break
  }
}
