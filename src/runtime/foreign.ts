import type { AgentEvent } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'
import type { Reject } from '../model/reject.ts'
import type { Log, LogRecord } from '../ports/log.ts'
import { agentKey } from '../stages/streams.ts'

/** Decodes raw records: the decode stage over the formats. */
export type Decode = (
  raw: Raw,
  out: { event(event: AgentEvent, text?: string): void; reject(reject: Reject): void },
) => void

/** What a record holds that was put into the events topic by somebody else, in any format that we read. */
export type Foreign = (record: LogRecord) => {
  /** Of agents that live in the record’s partition. */
  events: {
    key: string
    event: AgentEvent
    /** Its JSON as it was written, where it says exactly this. */
    text?: string
  }[]
  /** Of agents that live in another one: the sender used another key. */
  elsewhere: { key: string; event: AgentEvent }[]
  rejects: Reject[]
}

/** The raw record that a record of the log is; received when the log took it. */
export function rawOf(record: LogRecord): Raw {
  const { 'content-type': contentType, ...headers } = named(record.headers)
  return {
    body: record.value ?? '',
    ...(contentType === undefined ? {} : { contentType }),
    headers,
    received: record.appended,
  }
}

/**
 * The Kafka binding of CloudEvents names its attributes `ce_*` and leaves their values alone; over HTTP, as our formats
 * read them, they are `ce-*` and percent-encoded.
 */
function named(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (lower.startsWith('ce_')) out[`ce-${lower.slice(3)}`] = value.replaceAll('%', '%25')
    else out[lower] = value
  }
  return out
}

/** Enforcement points may write to the events topic themselves; records without our `stream` header are theirs. */
export function foreignRecords(decode: Decode, log: Pick<Log, 'partitionOf'>, tenant?: string): Foreign {
  return (record) => {
    const found: ReturnType<Foreign> = { events: [], elsewhere: [], rejects: [] }
    decode(rawOf(record), {
      event(event, text) {
        const isTheirs = tenant !== undefined && event.tenant !== tenant
        if (isTheirs) event.tenant = tenant
        const key = agentKey(event.tenant, event.agent.id)
        if (log.partitionOf(record.topic, key) !== record.partition) found.elsewhere.push({ key, event })
        else found.events.push(text === undefined || isTheirs ? { key, event } : { key, event, text })
      },
      reject: (reject) => found.rejects.push(reject),
    })
    return found
  }
}
