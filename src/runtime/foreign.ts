import type { AgentEvent } from '../model/event.ts'
import type { Reject } from '../model/reject.ts'
import type { Log, LogRecord } from '../ports/log.ts'
import type { Decoded } from '../stages/decode.ts'
import { agentKey } from '../stages/lane-key.ts'
import { type Inlet, operators, rawOf } from './inlet.ts'

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

/** Who may write to our own topics the operator says, in the broker’s rights. */
const writers = operators('source:events')

/** Enforcement points may write to the events topic themselves; records without our `stream` header are theirs. */
export function foreignRecords(inlet: Inlet, log: Pick<Log, 'partitionOf'>): Foreign {
  return (record) => {
    const found: ReturnType<Foreign> = { events: [], elsewhere: [], rejects: [] }
    const sink: Decoded = {
      event(event, text) {
        const key = agentKey(event.tenant, event.agent.id)
        if (log.partitionOf(record.topic, key) !== record.partition) found.elsewhere.push({ key, event })
        else found.events.push(text === undefined ? { key, event } : { key, event, text })
      },
      reject: (reject) => found.rejects.push(reject),
    }
    inlet(rawOf(record), sink, { from: writers })
    return found
  }
}
