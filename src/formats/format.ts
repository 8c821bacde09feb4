import type { AgentEvent } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'

/** Why a record, or one part of it, could not be used. The decode stage adds id, stage and time. */
export interface Refusal {
  /** Stable: FORMAT_UNKNOWN, JSON_SYNTAX, FIELD_MISSING, FIELD_TYPE, FIELD_VALUE, TIME_AHEAD, TOO_LARGE, TOO_DEEP, … */
  code: string
  /** In words, naming the field and the fix. */
  reason: string
  /** JSON pointer. */
  field?: string
  /** The part of the body that is wrong; absent: all of it. */
  part?: string
}

export interface Sink {
  event(event: AgentEvent): void
  refuse(refusal: Refusal): void
}

/** One inbound format: text → events or refusals. Pure; a body may hold many records and some may be wrong. */
export interface Format {
  id: 'native' | 'cloudevents' | 'otlp'
  title: string
  /** Whether this format reads such a body. Cheap: looks at media type, headers and the first characters. */
  accepts(raw: Raw): boolean
  decode(raw: Raw, sink: Sink): void
}
