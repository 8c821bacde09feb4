import { Kind, Sensitivity } from '../../model/event.ts'
import type { Raw } from '../../model/raw.ts'
import { type Format, limits, type Refusal, type Sink } from '../format.ts'
import { admit, type Origin } from '../kit/admit.ts'
import { isObject, type JsonObject, parseJson, partOf, tooLarge } from '../kit/json.ts'
import { clip, head, isOver, shown } from '../kit/text.ts'
import { native } from '../native/native.ts'

const structured = /^\s*application\/cloudevents(-batch)?(?:\+([\w.-]+))?/i
const kinds = new Set<unknown>(Kind.anyOf.map((each) => each.const))
const sensitivities = new Set<unknown>(Sensitivity.anyOf.map((each) => each.const))
const agents = new Set<unknown>(['service_account', 'api_key', 'system'])
const principals = new Set<unknown>(['app_user', 'user'])

function wrongEnvelope(envelope: JsonObject): Refusal | undefined {
  for (const name of ['specversion', 'id', 'source', 'type']) {
    const value = envelope[name]
    const field = `/${name}`
    if (value === undefined || value === null || value === '') {
      const reason = `${field} is missing. CloudEvents 1.0 requires specversion, id, source and type, none of them empty.`
      return { code: 'FIELD_MISSING', field, reason }
    }
    if (typeof value !== 'string')
      return { code: 'FIELD_TYPE', field, reason: `${field} must be text; found ${shown(value)}.` }
  }
  if (envelope.specversion !== '1.0') {
    const reason = `/specversion must be "1.0"; found ${shown(envelope.specversion)}. Other versions are not read.`
    return { code: 'FIELD_VALUE', field: '/specversion', reason }
  }
  if (isObject(envelope.data)) return undefined
  const fix = 'Send the event as a JSON object in data.'
  if (envelope.data_base64 !== undefined) {
    return { code: 'FORMAT_UNSUPPORTED', field: '/data_base64', reason: `Binary data is not read. ${fix}` }
  }
  const code = envelope.data === undefined || envelope.data === null ? 'FIELD_MISSING' : 'FIELD_TYPE'
  return { code, field: '/data', reason: `/data must be an object; found ${shown(envelope.data)}. ${fix}` }
}

const filled = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Puts what the envelope says where the data says nothing. What the data says stays. */
function fill(envelope: JsonObject, event: JsonObject): JsonObject {
  event.id ??= clip(`${envelope.source}#${envelope.id}`)
  if (event.time === undefined && envelope.time !== undefined) event.time = envelope.time
  const kind = String(envelope.type).split('.').at(-1)
  if (event.kind === undefined && kinds.has(kind)) event.kind = kind
  const parent = filled(envelope.traceparent)
    ? /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(envelope.traceparent)
    : null
  if (parent !== null) event.trace ??= { id: parent[1], span: parent[2] }
  if (filled(envelope.correlationid)) event.session ??= clip(envelope.correlationid)
  const { authtype, authid } = envelope
  if (filled(authid) && agents.has(authtype)) event.agent ??= { id: clip(authid) }
  if (filled(authid) && principals.has(authtype)) event.principal ??= clip(authid)
  if (filled(envelope.dataclassification)) {
    const label = envelope.dataclassification.toLowerCase()
    const sensitivity = sensitivities.has(label) ? label : 'restricted'
    if (event.resource === undefined) event.resource = { sensitivity }
    else if (isObject(event.resource)) event.resource.sensitivity ??= sensitivity
  }
  return event
}

function decodeEnvelope(envelope: unknown, origin: Origin, sink: Sink): void {
  const refuse = (refusal: Refusal) => {
    const part = origin.text ?? partOf(envelope)
    const field = (origin.pointer ?? '') + (refusal.field ?? '')
    sink.refuse({ ...refusal, field, ...(part === undefined ? {} : { part }) })
  }
  if (!isObject(envelope)) {
    refuse({
      code: 'FIELD_TYPE',
      field: '',
      reason: `A CloudEvent must be an object; found ${shown(envelope)}.`,
    })
    return
  }
  const wrong = wrongEnvelope(envelope)
  if (wrong !== undefined) {
    refuse(wrong)
    return
  }
  const pointer = `${origin.pointer ?? ''}/data`
  admit(fill(envelope, envelope.data as JsonObject), { ...origin, pointer }, sink)
}

function decodeStructured(raw: Raw, isBatch: boolean, sink: Sink): void {
  const text = raw.body.trim()
  const parsed = parseJson(text, limits.depth + 1)
  if ('refusal' in parsed) {
    sink.refuse(parsed.refusal)
    return
  }
  const { value } = parsed
  if (!isBatch && Array.isArray(value)) {
    const reason = 'A batch of CloudEvents has the media type application/cloudevents-batch+json.'
    sink.refuse({ code: 'FORMAT_UNSUPPORTED', reason })
    return
  }
  if (!isBatch) {
    decodeEnvelope(value, { received: raw.received, text }, sink)
    return
  }
  if (!Array.isArray(value)) {
    sink.refuse({
      code: 'FIELD_TYPE',
      field: '',
      reason: `A batch must be an array of CloudEvents; found ${shown(value)}.`,
    })
    return
  }
  value.forEach((each, at) => {
    decodeEnvelope(each, { received: raw.received, pointer: `/${at}` }, sink)
  })
  if (value.length === 0) sink.ignore(0, 'empty batch')
}

/** Header values are percent-encoded; one that is not well encoded stays as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** Attributes from `ce-*` headers (HTTP) or `ce_*` headers (Kafka). */
function attributesOf(headers: Readonly<Record<string, string>>): JsonObject {
  const attributes: JsonObject = {}
  for (const [name, value] of Object.entries(headers)) {
    if (/^ce[-_](?!_)[a-z0-9]+$/.test(name)) attributes[name.slice(3)] = decoded(value).toWellFormed()
  }
  return attributes
}

function decodeBinary(raw: Raw, sink: Sink): void {
  const text = raw.body.trim()
  if (isOver(text, limits.eventBytes)) {
    sink.refuse(tooLarge('The event'))
    return
  }
  const envelope = attributesOf(raw.headers ?? {})
  if (text !== '') {
    const parsed = parseJson(text)
    if ('refusal' in parsed) {
      sink.refuse(parsed.refusal)
      return
    }
    envelope.data = parsed.value
  }
  decodeEnvelope(envelope, { received: raw.received, text }, sink)
}

const isBinary = (raw: Raw) =>
  raw.headers !== undefined && ('ce-specversion' in raw.headers || 'ce_specversion' in raw.headers)
const looksStructured = (raw: Raw) => raw.body.includes('specversion"')

/**
 * CloudEvents 1.0 in JSON: structured (`application/cloudevents+json`), batched (`application/cloudevents-batch+json`)
 * and binary (`ce-*` headers, the data as the body). `data` is one of our events; the envelope fills what it leaves out:
 *
 *  - `id` from source and id (together they are what CloudEvents calls unique), `time` from time, `kind` from the last
 *    part of type (`com.example.agent.outcome`);
 *  - `trace` from traceparent, `session` from correlationid;
 *  - `agent` from authid when authtype is service_account, api_key or system; `principal` when it is app_user or user;
 *  - `resource.sensitivity` from dataclassification; a label other than our four is taken for `restricted`, since the
 *    extension asks for the greatest care with labels one does not know.
 *
 * A JSON body that has a top-level specversion and no media type of its own is read as structured, too.
 */
export const cloudevents: Format = {
  id: 'cloudevents',
  title: 'CloudEvents 1.0 (structured, batched or binary, JSON)',
  accepts: (raw: Raw) => structured.test(raw.contentType ?? '') || isBinary(raw) || looksStructured(raw),
  decode(raw: Raw, sink: Sink): void {
    const media = structured.exec(raw.contentType ?? '')
    const [, batch, encoding = 'json'] = media ?? []
    if (encoding.toLowerCase() !== 'json') {
      const reason = `CloudEvents are read as JSON and not as ${head(encoding, 40)}. Send application/cloudevents+json.`
      sink.refuse({ code: 'FORMAT_UNSUPPORTED', reason })
    } else if (media !== null) decodeStructured(raw, batch !== undefined, sink)
    else if (isBinary(raw)) decodeBinary(raw, sink)
    else if (isEnvelope(raw.body)) decodeStructured(raw, false, sink)
    else native.decode(raw, sink)
  },
}

/** The word may stand anywhere in a native event; only at the top it makes a CloudEvent. */
function isEnvelope(body: string): boolean {
  if (!/^\uFEFF?\s*\{/.test(body)) return false
  const parsed = parseJson(body.trim())
  return 'value' in parsed && isObject(parsed.value) && 'specversion' in parsed.value
}
