import type { Format } from '../formats/format.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'
import type { Reject } from '../model/reject.ts'
import type { LogRecord } from '../ports/log.ts'
import { type Decoded, decode } from '../stages/decode.ts'

/** How a record is to be read. */
export interface Reading {
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
export type Inlet = (raw: Raw, out: Decoded, reading?: Reading) => void

/** `tenant`: whose all events of this process are. */
export function openInlet(formats: readonly Format[], tenant?: string): Inlet {
  const read = decode(formats)
  return (raw, out, reading = {}) => {
    const owner = reading.tenant ?? tenant
    if (owner === undefined) {
      read(raw, out, reading.format)
      return
    }
    const event = (event: AgentEvent, text?: string) => {
      const isTheirs = event.tenant !== owner
      if (isTheirs) event.tenant = owner
      out.event(event, isTheirs ? undefined : text)
    }
    const reject = (reject: Reject) => out.reject(reject)
    const ignore = (count: number, what: string) => out.ignore?.(count, what)
    read(raw, { event, reject, ignore }, reading.format)
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
