import { isObject, type JsonObject } from '../kit/json.ts'

/** OTLP's attribute list as a map. A key that comes twice keeps its first value; what is no attribute is left out. */
export type Attributes = ReadonlyMap<string, unknown>

export function attributesOf(list: unknown): Attributes {
  const found = new Map<string, unknown>()
  if (!Array.isArray(list)) return found
  for (const each of list) {
    if (isObject(each) && typeof each.key === 'string' && !found.has(each.key)) found.set(each.key, each.value)
  }
  return found
}

/** OTLP's `AnyValue` as a plain value; undefined when it holds nothing usable. 64-bit integers come as text. */
export function plain(any: unknown, levels = 16): unknown {
  if (!isObject(any) || levels === 0) return undefined
  if (typeof any.stringValue === 'string') return any.stringValue
  if (typeof any.boolValue === 'boolean') return any.boolValue
  if (typeof any.intValue === 'number' || typeof any.intValue === 'string') return Number(any.intValue)
  if (typeof any.doubleValue === 'number' || typeof any.doubleValue === 'string') return Number(any.doubleValue)
  if (typeof any.bytesValue === 'string') return any.bytesValue
  if (isObject(any.arrayValue)) {
    const { values } = any.arrayValue
    return Array.isArray(values) ? values.map((each) => plain(each, levels - 1) ?? null) : []
  }
  if (isObject(any.kvlistValue)) {
    const object: JsonObject = {}
    for (const [key, value] of attributesOf(any.kvlistValue.values)) {
      if (key !== '__proto__') object[key] = plain(value, levels - 1) ?? null
    }
    return object
  }
  return undefined
}

/** The first of the names that holds a non-empty text or a number, as text. */
export function textOf(attributes: Attributes, ...names: string[]): string | undefined {
  for (const name of names) {
    if (!attributes.has(name)) continue
    const value = plain(attributes.get(name))
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  }
  return undefined
}

/** A structured value as JSON text: instrumentations record tool arguments as text or as structure. */
export function jsonOf(attributes: Attributes, name: string): string | undefined {
  if (!attributes.has(name)) return undefined
  const value = plain(attributes.get(name))
  if (value === undefined) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** 64-bit nanoseconds, sent as text, as whole milliseconds; undefined when absent, zero or no number. */
export function nanosToMillis(nanos: unknown): number | undefined {
  const text = typeof nanos === 'number' && Number.isFinite(nanos) ? BigInt(Math.trunc(nanos)).toString() : nanos
  if (typeof text !== 'string' || !/^\d{7,20}$/.test(text)) return undefined
  const millis = Number(text.slice(0, -6))
  return millis === 0 ? undefined : millis
}
