import type { Format, Refusal } from '../formats/format.ts'
import { head } from '../formats/kit/text.ts'
import type { AgentEvent, Origin } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'
import type { Reject } from '../model/reject.ts'
import { mayName, type Speaks } from '../model/speaks.ts'
import type { LogRecord } from '../ports/log.ts'
import { type Decoded, decode, rejectOf } from '../stages/decode.ts'

/** Who hands records in, and which agents that key is bound to. */
export interface From {
  publisher: string
  owns(agent: string): boolean
  /** What it is bound to; an event for another is a dead letter. */
  speaks?: Speaks
}

/** What the operator’s own hand or configuration brings in: it speaks for every agent. */
export const operators = (publisher: string): From => ({ publisher, owns: () => true })

/** How a record is to be read. */
export interface Reading {
  /** Every event is stamped with it; `stored`: it was stamped when it came in for the first time. */
  from: From | 'stored'
  /** When they were taken in, where that is not when they were received. */
  arrived?: number
  /** Id of its format, where source or route name one; absent: each format is asked whether it is its own. */
  format?: string
  /** Whose events they are, whatever they say themselves. */
  tenant?: string
}

/** What an inlet took since the start. */
export interface InletCounts {
  /** Events. */
  accepted: number
  /** Dead letters. */
  rejected: number
  /** Well-formed records that are no acts. */
  ignored: number
}

/**
 * The one way in: text, how it is to be read and whose it is become events and refusals, whoever brought it: the API, a source,
 * or a writer to our own inbox. `text`: the event’s JSON as it was written, where it says exactly this and on one line.
 */
export type Inlet = (raw: Raw, out: Decoded, reading: Reading) => void

/** `tenant`: whose all events of this process are. */
export function openInlet(formats: readonly Format[], tenant?: string): Inlet {
  const read = decode(formats)
  return (raw, out, reading) => {
    const owner = reading.tenant ?? tenant
    const speaks = reading.from === 'stored' ? undefined : reading.from.speaks
    const stamp = reading.from === 'stored' ? undefined : stamping(reading.from, reading.arrived ?? raw.received)
    const event = (event: AgentEvent, text?: string) => {
      const isTheirs = owner !== undefined && event.tenant !== owner
      if (isTheirs) event.tenant = owner
      const foreign = speaks === undefined ? undefined : outside(event, speaks)
      if (foreign !== undefined) {
        out.reject(rejectOf({ ...foreign, part: text ?? JSON.stringify(event) }, raw, 'inlet'))
        return
      }
      const stamped = stamp?.(event, isTheirs ? undefined : text)
      out.event(event, stamp === undefined && !isTheirs ? text : stamped)
    }
    const reject = (reject: Reject) => out.reject(reject)
    const ignore = (count: number, what: string) => out.ignore?.(count, what)
    read(raw, { event, reject, ignore }, reading.format)
  }
}

/** What of an event its publisher’s key is not bound to. */
function outside({ agent, point }: AgentEvent, speaks: Speaks): Refusal | undefined {
  const named = [
    ['agents', 'agent', agent.id, '/agent/id'],
    ['cohorts', 'cohort', agent.cohort, '/agent/cohort'],
    ['points', 'enforcement point', point?.id, '/point/id'],
  ] as const
  for (const [kind, what, name, field] of named)
    if (name !== undefined && !mayName(speaks, kind, name))
      return {
        code: 'NOT_BOUND',
        field,
        reason: `The key that sent it does not speak for the ${what} ${JSON.stringify(head(name, 80))}. Bind it there, or send it with the key that is.`,
      }
  return undefined
}

/** Stamps events of one publisher that came together, also in their text as it was written: answers that. */
function stamping({ publisher, owns }: From, arrived: number) {
  const made = new Map<boolean, { origin: Origin; text: string }>()
  return (event: AgentEvent, text: string | undefined): string | undefined => {
    const isOwner = owns(event.agent.id)
    let stamp = made.get(isOwner)
    if (stamp === undefined) {
      const origin: Origin = isOwner ? { publisher, owner: true, arrived } : { publisher, arrived }
      stamp = { origin, text: `,"origin":${JSON.stringify(origin)}}` }
      made.set(isOwner, stamp)
    }
    event.origin = stamp.origin
    return text === undefined ? undefined : text.slice(0, -1) + stamp.text
  }
}

/** The raw record that a record of a log is; received when the log took it. */
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
