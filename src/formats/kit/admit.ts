import { Compile, Errors } from 'typebox/schema'
import { AgentEvent, Origin as Stamp } from '../../model/event.ts'
import { plainName, tenantName } from '../../model/names.ts'
import { limits, type Refusal, type Sink } from '../format.ts'
import { isObject, type JsonObject, misfit, partOf } from './json.ts'
import { shown } from './text.ts'
import { rfc3339Millis } from './time.ts'

/**
 * The model's schema as a function. TypeBox writes JavaScript for it with `new Function` once, when this module loads;
 * the source is our own schema and never input. Where Node forbids that (`--disallow-code-generation-from-strings`)
 * TypeBox interprets the schema and only speed differs.
 */
const validator = Compile(AgentEvent)
/** Of records whose text shows that no name can hold a control character: to look for them in each takes five times as long. */
const quickValidator = Compile(withoutPlainNames(AgentEvent) as typeof AgentEvent)
const isEvent = (value: unknown, origin: Origin): value is AgentEvent =>
  (isFreeOfControls(origin) ? quickValidator : validator).Check(value)
const stampValidator = Compile(Stamp)

/** Where a record came from, for its refusal. */
export interface Origin {
  /** When it arrived, ms since the epoch. */
  received: number
  /** Its own JSON text, when it is at hand. */
  text?: string
  /** The text is the event’s and nothing in it was repaired. */
  isPlain?: boolean
  /** Nothing in the text is beyond ASCII. */
  isAscii?: boolean
  /** JSON pointer of the record in the body. */
  pointer?: string
  /** Put before the reason: `Line 7: `. */
  where?: string
}

function withoutPlainNames(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlainNames)
  if (!isObject(node)) return node
  const { pattern, ...rest } = node
  const kept = Object.entries(rest).map(([name, member]) => [name, withoutPlainNames(member)])
  return Object.fromEntries(pattern === undefined || pattern === plainName ? kept : [...kept, ['pattern', pattern]])
}

/** JSON holds those below the space only escaped. */
const isFreeOfControls = ({ text, isPlain, isAscii }: Origin): boolean =>
  isPlain === true && isAscii === true && text !== undefined && !text.includes('\\') && !text.includes('\u007f')

function schemaAt(path: string): JsonObject {
  let node: unknown = AgentEvent
  for (const key of path.split('/').slice(1))
    node = isObject(node) || Array.isArray(node) ? (node as JsonObject)[key] : undefined
  return isObject(node) ? node : {}
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)

/** Says in words what the schema wants of a field. */
function wanted(schema: JsonObject): string {
  if (Array.isArray(schema.anyOf))
    return `one of ${schema.anyOf.map((each: JsonObject) => JSON.stringify(each.const)).join(', ')}`
  const { type, minimum, maximum, minLength, maxLength, maxItems } = schema
  if (type === 'string') return `text of ${minLength ?? 0} to ${maxLength} characters`
  if (type === 'array') return `an array of at most ${maxItems} items`
  if (minimum !== undefined) return `${article(String(type))} from ${minimum} to ${maximum}`
  return article(String(type))
}

function at(record: unknown, pointer: string): unknown {
  let node = record
  for (const key of pointer.split('/').slice(1))
    node = typeof node === 'object' && node !== null ? (node as JsonObject)[key] : undefined
  return node
}

/** The first thing that is wrong with a record that is no event. */
function explain(record: JsonObject): Refusal {
  const error = Errors(AgentEvent, record)[1][0]
  if (error === undefined) return { code: 'FIELD_VALUE', reason: 'The record is not an event.' }
  const { keyword, instancePath } = error
  // A union reports its branches; what is wanted stands one level up.
  const path = error.schemaPath.replace(/\/anyOf(?:\/\d+)?$/, '')
  if (keyword === 'required') {
    const name = error.params.requiredProperties[0] ?? ''
    const schema = schemaAt(`${path}/properties/${name}`)
    const field = `${instancePath}/${name}`
    const meaning = typeof schema.description === 'string' ? ` ${schema.description}` : ''
    return { code: 'FIELD_MISSING', field, reason: `${field} is missing. Add ${wanted(schema)}.${meaning}` }
  }
  const found = at(record, instancePath)
  const schema = schemaAt(path)
  const isUnion = Array.isArray(schema.anyOf)
  const isType = keyword === 'type' || (isUnion && typeof found !== 'string')
  const without =
    keyword !== 'pattern' ? '' : ` without ${schema.pattern === tenantName ? '/ and ' : ''}control characters`
  const fix = found === null ? ' Leave the field out when there is no value.' : ''
  return {
    code: isType ? 'FIELD_TYPE' : 'FIELD_VALUE',
    field: instancePath,
    reason: `${instancePath} must be ${wanted(schema)}${without}; found ${shown(found)}.${fix}`,
  }
}

const timeForms = 'RFC 3339 text (2026-01-31T12:00:00Z) or milliseconds since the epoch'

/** Brings `time` and `tenant` to their one form, in place. */
function normalise(record: JsonObject): Refusal | undefined {
  const { time } = record
  if (typeof time === 'string') {
    const millis = rfc3339Millis(time)
    if (millis === undefined)
      return { code: 'FIELD_VALUE', field: '/time', reason: `/time must be ${timeForms}; found ${shown(time)}.` }
    record.time = millis
  } else if (typeof time === 'number') {
    if (Number.isFinite(time)) record.time = Math.floor(time)
  } else if (time !== undefined) {
    return { code: 'FIELD_TYPE', field: '/time', reason: `/time must be ${timeForms}; found ${shown(time)}.` }
  }
  if (record.tenant === undefined) record.tenant = 'default'
  // Not its writer’s to say, so never a reason to refuse. A stamp of ours stays for those who read stored events.
  if (record.origin !== undefined && !stampValidator.Check(record.origin)) delete record.origin
  return undefined
}

function untimely(time: number, received: number): Refusal | undefined {
  if (time < limits.earliestMs) {
    const fix = time > limits.earliestMs / 1000 ? ' It looks like seconds: multiply by 1000.' : ''
    return { code: 'FIELD_VALUE', field: '/time', reason: `/time must be after the year 2000; found ${time} ms.${fix}` }
  }
  if (time > received + limits.aheadMs) {
    const ahead = Math.round((time - received) / 1000)
    const fix =
      time > received * 100 ? 'It looks like micro- or nanoseconds: send milliseconds.' : 'Set the clock of the sender.'
    return {
      code: 'TIME_AHEAD',
      field: '/time',
      reason: `/time is ${ahead} s ahead of its arrival (limit ${limits.aheadMs / 1000} s). ${fix}`,
    }
  }
  return undefined
}

/** Gives a parsed record to the sink: as an event when it is one, else as a refusal. Takes the record as its own. */
export function admit(record: unknown, origin: Origin, sink: Sink): void {
  const { time, tenant, origin: stamp } = isObject(record) ? record : {}
  const refusal = why(record, origin)
  if (refusal === undefined) {
    const event = record as AgentEvent
    const isAsWritten = origin.isPlain === true && event.time === time && event.tenant === tenant && stamp === undefined
    sink.event(event, isAsWritten ? origin.text : undefined)
    return
  }
  const part = origin.text ?? partOf(record)
  if (origin.where !== undefined) refusal.reason = origin.where + refusal.reason
  if (part !== undefined) refusal.part = part
  if (origin.pointer !== undefined) refusal.field = origin.pointer + (refusal.field ?? '')
  sink.refuse(refusal)
}

function why(record: unknown, origin: Origin): Refusal | undefined {
  if (!isObject(record))
    return { code: 'FIELD_TYPE', field: '', reason: `An event must be an object; found ${shown(record)}.` }
  return (
    misfit(record, origin.text) ??
    normalise(record) ??
    (isEvent(record, origin) ? untimely(record.time, origin.received) : explain(record))
  )
}
