import type { Raw } from '../../model/raw.ts'
import { type Format, limits, type Sink } from '../format.ts'
import { admit } from '../kit/admit.ts'
import { parseJson, tooLarge } from '../kit/json.ts'
import { isLines, isOver } from '../kit/text.ts'

const jsonType = /^(?:application|text)\/(?:[\w.+-]+\+)?json(?:-seq)?\b/i
const startsLikeJson = /^\uFEFF?\s*[[{]/

/** One line, or a body that is one record or one array of records. */
function decodeText(text: string, { received, isAscii = false }: Raw, where: string | undefined, sink: Sink): void {
  const parsed = parseJson(text)
  if ('refusal' in parsed) {
    sink.refuse({ ...parsed.refusal, reason: (where ?? '') + parsed.refusal.reason, part: text })
    return
  }
  if (Array.isArray(parsed.value)) {
    parsed.value.forEach((record, at) => {
      admit(record, { received, pointer: `/${at}`, ...(where === undefined ? {} : { where }) }, sink)
    })
    if (parsed.value.length === 0) sink.ignore(0, 'empty array')
  } else {
    const isPlain = !parsed.isRepaired && !text.includes('\n') && !text.includes('\r')
    admit(parsed.value, { received, text, isPlain, isAscii, ...(where === undefined ? {} : { where }) }, sink)
  }
}

function decodeLines(body: string, raw: Raw, sink: Sink): void {
  let line = 0
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf('\n', from)
    const text = body.slice(from, end === -1 ? body.length : end).trim()
    from = end === -1 ? body.length : end + 1
    line++
    if (text === '') continue
    const where = `Line ${line}: `
    if (isOver(text, limits.eventBytes)) sink.refuse({ ...tooLarge(`${where}the event`), part: text })
    else decodeText(text, raw, where, sink)
  }
}

/**
 * Our own event as JSON: one object, an array of objects, or one per line (NDJSON, told by its media type or by the
 * text itself). `time` may be RFC 3339 text or milliseconds; `tenant` may be left out and is then `default`.
 */
export const native: Format = {
  id: 'native',
  title: 'Rescind events as JSON or NDJSON',
  accepts: (raw: Raw) =>
    isLines(raw.contentType) || jsonType.test(raw.contentType ?? '') || startsLikeJson.test(raw.body),
  decode(raw: Raw, sink: Sink): void {
    // `trim` takes a byte order mark along.
    const body = raw.body.trim()
    if (body === '') {
      sink.refuse({
        code: 'JSON_SYNTAX',
        reason: 'The body is empty. Send an event, an array of events or one per line.',
      })
      return
    }
    if (isLines(raw.contentType)) {
      decodeLines(body, raw, sink)
      return
    }
    const firstEnd = body.indexOf('\n')
    // Several lines that are not one document are NDJSON when the first line is JSON by itself.
    const areLines = firstEnd !== -1 && body.startsWith('{') && 'value' in parseJson(body.slice(0, firstEnd))
    if (areLines) {
      decodeLines(body, raw, sink)
      return
    }
    decodeText(body, raw, undefined, sink)
  },
}
