import type { AgentEvent } from '../../model/event.ts'
import type { LogRecord } from '../../ports/log.ts'
import { bound } from '../../runtime/bound.ts'
import type { ApiParts } from '../server/context.ts'
import { tailOf } from './log-tail.ts'

/** Records of each partition looked through for what history does not have (yet). */
const maxScanned = 20_000

/**
 * Events of the latest records that hold `text` and fit, oldest first by partition. `only`: the partition to look in, where
 * the key is known.
 */
export async function* eventsInLog(
  { log, foreign }: Pick<ApiParts, 'log' | 'foreign'>,
  text: string,
  fits: (event: AgentEvent) => boolean,
  only?: number,
): AsyncGenerator<AgentEvent> {
  const quoted = JSON.stringify(text)
  let looked = 0
  for (let partition = 0; partition < log.partitions('events'); partition++) {
    if (only !== undefined && partition !== only) continue
    for await (const record of tailOf(log, 'events', partition, maxScanned)) {
      for (const event of eventsOf(record, quoted, foreign)) if (fits(event)) yield event
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

/** Events of a record that may hold the text: one of ours, or what another wrote there in a format of its own. */
function eventsOf(record: LogRecord, quoted: string, foreign: ApiParts['foreign']): AgentEvent[] {
  const { value, headers } = record
  if (value === null) return []
  if (headers.stream === 'events') return value.includes(quoted) ? [JSON.parse(value) as AgentEvent] : []
  if (headers.stream !== undefined || foreign === undefined) return []
  const holds = (where: string) => where.includes(quoted.slice(1, -1))
  return holds(value) || Object.values(headers).some(holds) ? foreign(record).events.map(({ event }) => event) : []
}
