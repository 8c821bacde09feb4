import type { AgentEvent } from '../model/event.ts'
import type { Log, LogRecord } from '../ports/log.ts'
import { bound, tailOf } from './log-tail.ts'

/** Records of each partition looked through for what history does not have (yet). */
const maxScanned = 20_000

/**
 * Events of the latest records that hold `text` and fit, oldest first by partition. `only`: the partition to look in, where
 * the key is known.
 */
export async function* eventsInLog(
  log: Log,
  text: string,
  fits: (event: AgentEvent) => boolean,
  only?: number,
): AsyncGenerator<AgentEvent> {
  const wanted = JSON.stringify(text)
  let looked = 0
  for (let partition = 0; partition < log.partitions('events'); partition++) {
    if (only !== undefined && partition !== only) continue
    for await (const record of tailOf(log, 'events', partition, maxScanned)) {
      const event = eventOf(record, wanted)
      if (event !== undefined && fits(event)) yield event
      // Others wait for this thread.
      if (++looked % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** The last so many, each id once. */
export async function lastIn(events: AsyncIterable<AgentEvent>, limit: number): Promise<AgentEvent[]> {
  const found = new Map<string, AgentEvent>()
  for await (const event of events) {
    if (found.has(event.id)) continue
    found.set(event.id, event)
    bound(found, limit)
  }
  return [...found.values()]
}

function eventOf({ value, headers }: LogRecord, wanted: string): AgentEvent | undefined {
  if (value === null || headers.stream !== 'events' || !value.includes(wanted)) return undefined
  return JSON.parse(value) as AgentEvent
}
