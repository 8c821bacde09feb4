import type { AgentEvent } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'

/** Why a record, or one part of it, could not be used. The decode stage adds id, stage and time. */
export interface Refusal {
  /** Stable: one of `refusalCodes`. */
  code: RefusalCode
  /** In words, naming the field and the fix. */
  reason: string
  /** JSON pointer. */
  field?: string
  /** The part of the body that is wrong; absent: all of it. */
  part?: string
}

/** Every code a record can be refused with. */
export const refusalCodes = {
  FORMAT_UNKNOWN: 'No format reads such a body.',
  FORMAT_UNSUPPORTED: 'The format is known, but not this variant of it.',
  JSON_SYNTAX: 'The text is not JSON.',
  FIELD_MISSING: 'A required field is absent.',
  FIELD_TYPE: 'A field has the wrong type.',
  FIELD_VALUE: 'A field has the right type and a value that is not allowed.',
  TIME_AHEAD: 'The event is dated more than five minutes after it arrived.',
  TOO_LARGE: 'An event or a body is over its size limit.',
  TOO_DEEP: 'An event is nested too deeply.',
  TOO_MANY: 'A body held more refused records than are kept one by one.',
  RECORD_DAMAGED: 'A record of a topic, or a batch of them, has bytes that cannot be read.',
  NOT_BOUND: 'The key that sent it is bound, and not to this agent, cohort or enforcement point.',
  DECODER_FAULT: 'The decoder itself failed; please report it.',
} as const satisfies Record<string, string>
export type RefusalCode = keyof typeof refusalCodes

export const limits = {
  /** One event as JSON, bytes of UTF-8. */
  eventBytes: 256 * 1024,
  /** One body, characters. Edges should cap lower; this one keeps a small text from becoming a huge heap. */
  bodyChars: 8 * 1024 * 1024,
  /** Levels of objects and arrays in one event. */
  depth: 32,
  /** How far ahead of its arrival an event may be dated. */
  aheadMs: 5 * 60 * 1000,
  /** 2000-01-01: earlier times are clocks that were never set, or seconds in place of milliseconds. */
  earliestMs: 946_684_800_000,
  /** Refusals of one body that become dead letters of their own; one more says how many followed. */
  refusalsPerBody: 1000,
} as const

export interface Sink {
  /** `text`: its JSON as it was written, where it says exactly this and on one line. */
  event(event: AgentEvent, text?: string): void
  refuse(refusal: Refusal): void
  /** Records that are well formed and are no agent’s acts (a model call, a database span): counted, not dead letters. */
  ignore(count: number, what: string): void
}

/** One inbound format: text → events or refusals. Pure; a body may hold many records and some may be wrong. */
export interface Format {
  /** Stable: it stands in dead letters, and sources and routes name a format by it. */
  id: string
  title: string
  /** Whether this format reads such a body. Cheap: looks at media type, headers and the first characters. */
  accepts(raw: Raw): boolean
  decode(raw: Raw, sink: Sink): void
}
