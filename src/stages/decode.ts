import { type Format, limits, type Refusal, type Sink } from '../formats/format.ts'
import { framed } from '../formats/kit/frame.ts'
import { head, isLines, shown, utf8Length } from '../formats/kit/text.ts'
import { digest } from '../model/digest.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'
import type { Reject } from '../model/reject.ts'

export interface Decoded {
  /** `text`: its JSON as it was written, where it says exactly this and on one line. */
  event(event: AgentEvent, text?: string): void
  reject(reject: Reject): void
  /** Well-formed records that are no acts, such as model calls in a trace. */
  ignore?(count: number, what: string): void
}

/** How much of a refused record its dead letter keeps. */
const keptChars = 4096

export function rejectOf(refusal: Refusal, raw: Raw, stage: string, format?: Format): Reject {
  const { code, reason, field } = refusal
  const whole = refusal.part ?? raw.body
  const kept = head(whole, keptChars)
  const rawBytes = utf8Length(whole)
  // The cause and not the time, so that a redelivery is the same record. What was cut off counts by its length.
  return {
    id: digest(stage, code, field ?? '', kept, rawBytes),
    time: raw.received,
    stage,
    code,
    reason: reason.toWellFormed(),
    ...(field === undefined ? {} : { field: field.toWellFormed() }),
    raw: kept,
    rawBytes,
    ...(format === undefined ? {} : { format: format.id }),
  }
}

/**
 * A body of lines goes as one: the format splits it once. Each line goes by itself where a line may be a CloudEvent, or where
 * the whole is more text than a format takes.
 */
function* partsOf(raw: Raw): Generator<Raw> {
  const { body, contentType } = raw
  if (!isLines(contentType) || (body.length <= limits.bodyChars && !body.includes('specversion"'))) {
    yield raw
    return
  }
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf('\n', from)
    const line = body.slice(from, end === -1 ? body.length : end)
    from = end === -1 ? body.length : end + 1
    if (line.trim() !== '') yield { ...raw, body: line, contentType: 'application/json' }
  }
}

/** `named`: the format that the body is in, whatever it looks like. */
function run(formats: readonly Format[], raw: Raw, named: string | undefined, sink: Sink): Format | undefined {
  if (raw.body.length > limits.bodyChars) {
    const reason = `The body is over ${limits.bodyChars / 1024 / 1024} Mi characters. Send smaller batches.`
    sink.refuse({ code: 'TOO_LARGE', reason })
    return undefined
  }
  const those = named === undefined ? formats : formats.filter(({ id }) => id === named)
  const format = those.find((each) => each.accepts(raw))
  if (format === undefined) {
    const frame = framed(raw.body)
    if (frame !== undefined) {
      sink.refuse(frame)
      return undefined
    }
    const known = those.map(({ title }) => title).join('; ')
    const reason =
      named === undefined
        ? `No format reads a body with media type ${shown(raw.contentType)}. Known: ${known}.`
        : `The body is not what is read here: ${known}.`
    sink.refuse({ code: 'FORMAT_UNKNOWN', reason })
    return undefined
  }
  format.decode(raw, sink)
  return format
}

/**
 * Raw records → events or dead letters. Never throws by its own or a format's fault: a format that does is itself a
 * reason to reject. What one body holds is decoded whole before any of it is given on, so that an error of the
 * receiver is not mistaken for one of the decoder.
 */
export function decode(formats: readonly Format[]) {
  return (raw: Raw, out: Decoded, named?: string): void => {
    for (const part of partsOf(raw)) decodeOne(part, out, named)
  }

  function decodeOne(raw: Raw, out: Decoded, named: string | undefined): void {
    const events: AgentEvent[] = []
    const texts: (string | undefined)[] = []
    const refusals: Refusal[] = []
    let refused = 0
    let ignored: [number, string] | undefined
    let format: Format | undefined
    const refuse = (refusal: Refusal) => {
      if (refused++ < limits.refusalsPerBody) refusals.push(refusal)
    }
    try {
      format = run(formats, raw, named, {
        event(event, text) {
          events.push(event)
          texts.push(text)
        },
        refuse,
        ignore: (count, what) => {
          ignored = [(ignored?.[0] ?? 0) + count, what]
        },
      })
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      refusals.push({
        code: 'DECODER_FAULT',
        reason: `The decoder failed (${what}); please report it with this record.`,
      })
    }
    if (refused > limits.refusalsPerBody) {
      const reason = `${refused - limits.refusalsPerBody} more records of this body were refused and are not kept one by one.`
      refusals.push({ code: 'TOO_MANY', reason })
    }
    for (const [at, event] of events.entries()) out.event(event, texts[at])
    for (const refusal of refusals) out.reject(rejectOf(refusal, raw, 'decode', format))
    if (ignored !== undefined) out.ignore?.(ignored[0], ignored[1])
  }
}
