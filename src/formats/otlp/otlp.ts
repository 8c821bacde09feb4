import type { Raw } from '../../model/raw.ts'
import type { Format, Refusal, Sink } from '../format.ts'
import { admit } from '../kit/admit.ts'
import { isObject, type JsonObject, parseJson, partOf } from '../kit/json.ts'
import { shown } from '../kit/text.ts'
import { type Act, actOf, eventOf, type Span } from './spans.ts'
import { type Attributes, attributesOf, nanosToMillis } from './values.ts'

interface Found {
  span: Span
  act: Act
  time: number
  pointer: string
  json: JsonObject
}

const isTraces = /^\uFEFF?\s*\{\s*"resource(?:Spans|Logs|Metrics)"\s*:/

function hexId(value: unknown, length: number, field: string): { id: string } | Refusal {
  if (typeof value === 'string' && value.length === length && /^[0-9a-fA-F]+$/.test(value) && !/^0+$/.test(value)) {
    return { id: value.toLowerCase() }
  }
  const fix = `OTLP/JSON writes ids as ${length} hex digits (not base64).`
  if (value === undefined) return { code: 'FIELD_MISSING', field, reason: `${field} is missing. ${fix}` }
  const code = typeof value === 'string' ? 'FIELD_VALUE' : 'FIELD_TYPE'
  return { code, field, reason: `${field} must be ${length} hex digits; found ${shown(value)}. ${fix}` }
}

function readSpan(json: unknown, resource: Attributes, pointer: string): Found | Refusal | undefined {
  if (!isObject(json))
    return { code: 'FIELD_TYPE', field: pointer, reason: `A span must be an object; found ${shown(json)}.` }
  const { status, parentSpanId } = json
  const span: Span = {
    name: typeof json.name === 'string' ? json.name : '',
    traceId: '',
    spanId: '',
    parent: undefined,
    kind: typeof json.kind === 'number' ? json.kind : json.kind === 'SPAN_KIND_SERVER' ? 2 : 0,
    failed: isObject(status) && (status.code === 2 || status.code === 'STATUS_CODE_ERROR'),
    attributes: attributesOf(json.attributes),
    resource,
  }
  if (typeof parentSpanId === 'string' && parentSpanId !== '') span.parent = parentSpanId.slice(0, 512).toLowerCase()
  const act = actOf(span)
  // Only spans that are acts have to be right: a foreign span with a bad id is no dead letter of ours.
  if (act === undefined) return undefined
  const trace = hexId(json.traceId, 32, `${pointer}/traceId`)
  if ('code' in trace) return trace
  const id = hexId(json.spanId, 16, `${pointer}/spanId`)
  if ('code' in id) return id
  span.traceId = trace.id
  span.spanId = id.id
  const time = nanosToMillis(json.endTimeUnixNano) ?? nanosToMillis(json.startTimeUnixNano)
  if (time === undefined) {
    const field = `${pointer}/endTimeUnixNano`
    return {
      code: 'FIELD_VALUE',
      field,
      reason: `${field} must be nanoseconds since the epoch as text; found ${shown(json.endTimeUnixNano)}.`,
    }
  }
  return { span, act, time, pointer, json }
}

/** The members of a list in the body. A list may be absent; what is there must be a list, in an object. */
function* items(holder: unknown, name: string, pointer: string, sink: Sink): Generator<[unknown, string]> {
  const list = isObject(holder) ? holder[name] : undefined
  if (isObject(holder) && (list === undefined || list === null)) return
  const field = isObject(holder) ? `${pointer}/${name}` : pointer
  if (!Array.isArray(list)) {
    const wrong = isObject(holder) ? list : holder
    const reason = `${field} must be ${isObject(holder) ? 'an array' : 'an object'}; found ${shown(wrong)}.`
    sink.refuse(withPart({ code: 'FIELD_TYPE', field, reason }, wrong))
    return
  }
  for (let at = 0; at < list.length; at++) yield [list[at], `${field}/${at}`]
}

/** Every span of a request: acts are answered, wrong ones refused, the others counted. */
function actsOf(request: unknown, sink: Sink): { acts: Found[]; others: number } {
  const acts: Found[] = []
  let others = 0
  for (const [resourceSpans, rs] of items(request, 'resourceSpans', '', sink)) {
    const held = isObject(resourceSpans) ? resourceSpans.resource : undefined
    const resource = attributesOf(isObject(held) ? held.attributes : [])
    for (const [scopeSpans, ss] of items(resourceSpans, 'scopeSpans', rs, sink)) {
      for (const [json, pointer] of items(scopeSpans, 'spans', ss, sink)) {
        const found = readSpan(json, resource, pointer)
        if (found === undefined) others++
        else if ('act' in found) acts.push(found)
        else sink.refuse(withPart(found, json))
      }
    }
  }
  return { acts, others }
}

/** Leaves out MCP client spans right below the GenAI span of the same call: one act, told twice. */
function withoutTwins(acts: readonly Found[]): Found[] {
  const isMcp = ({ attributes }: Span) => attributes.has('mcp.method.name')
  const key = (span: Span, id: string) => `${span.traceId}-${id}`
  const outer = new Set(
    acts.filter(({ act, span }) => act.type === 'tool' && !isMcp(span)).map(({ span }) => key(span, span.spanId)),
  )
  const isTwin = ({ act, span }: Found) =>
    act.type === 'tool' && isMcp(span) && span.parent !== undefined && outer.has(key(span, span.parent))
  return acts.filter((each) => !isTwin(each))
}

function decodeRequest(text: string, received: number, sink: Sink): void {
  const parsed = parseJson(text)
  if ('refusal' in parsed) {
    sink.refuse({ ...parsed.refusal, part: text })
    return
  }
  if (isObject(parsed.value) && parsed.value.resourceSpans === undefined) {
    const reason = 'Only traces are read; logs and metrics are not. Send them to their own store.'
    sink.refuse({ code: 'FORMAT_UNSUPPORTED', reason, part: text })
    return
  }
  const { acts, others } = actsOf(parsed.value, sink)
  const own = withoutTwins(acts)
  const rank = ({ act }: Found) => (act.type === 'run' ? 1 : 0)
  own.sort((a, b) => a.time - b.time || rank(a) - rank(b))
  for (const { span, act, time, pointer, json } of own) {
    admit(
      eventOf(span, act, time),
      { received, where: `${pointer}, as an event: ` },
      {
        event: (event) => sink.event(event),
        ignore: (count, what) => sink.ignore(count, what),
        refuse: (refusal) => sink.refuse(withPart(refusal, json)),
      },
    )
  }
  const ignored = others + acts.length - own.length
  if (ignored > 0 || own.length === 0) sink.ignore(ignored, 'spans that are no acts of an agent')
}

/**
 * OTLP/JSON traces (`ExportTraceServiceRequest`), as an OpenTelemetry collector or SDK posts them to `/v1/traces`.
 *
 * What becomes of a span, by the GenAI and MCP semantic conventions:
 *  - `execute_tool` and MCP `tools/call`: an outcome of the tool; `resources/read`, `retrieval` and the memory
 *    operations: an outcome of that name; `create_agent`, `invoke_workflow` likewise.
 *  - `invoke_agent` without a parent: the end of the task. With one: an outcome `invoke_agent <callee>` of the service.
 *  - Everything else (model calls, HTTP, databases, listings) is ignored and counted: a collector sends all its traffic.
 *  - MCP server spans (kind SERVER) are ignored unless they name an agent: their service is the tool and not who acts.
 *  - An MCP client span right below an `execute_tool` span of the same body is the same act and is ignored.
 *
 * Who acts: `gen_ai.agent.id`, else `gen_ai.agent.name`, of the span itself or of the resource, else `service.name`.
 * Ancestors are not asked: they are exported later, in other bodies, and one agent would have two names by chance.
 * The task is `rescind.task.id` (span or resource), else the trace. The tenant is `rescind.tenant`, else `default`.
 * The conventions tell an act when it has ended, so an OTLP source alone cannot hold a call before it runs.
 * Values too long for the model are shortened and end with a digest. Events of one body are given in order of time.
 */
export const otlp: Format = {
  id: 'otlp',
  title: 'OpenTelemetry traces as OTLP/JSON (GenAI and MCP conventions)',
  accepts: (raw: Raw) => isTraces.test(raw.body),
  decode(raw: Raw, sink: Sink): void {
    const body = raw.body.trim()
    const firstEnd = body.indexOf('\n')
    // The collector’s file exporter writes one request per line.
    const isLines = firstEnd !== -1 && 'value' in parseJson(body.slice(0, firstEnd))
    for (const text of isLines ? body.split('\n') : [body]) {
      if (text.trim() !== '') decodeRequest(text, raw.received, sink)
    }
  },
}

function withPart(refusal: Refusal, json: unknown): Refusal {
  const part = partOf(json)
  if (part !== undefined) refusal.part = part
  return refusal
}
