import { limits, type Refusal } from '../format.ts'
import { isOver } from './text.ts'

export type JsonObject = Record<string, unknown>
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether objects and arrays are nested more than `levels` deep. Looks no further than that, so no stack overflows. */
export function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && deeperThan(item, levels - 1)) return true
    return false
  }
  for (const key in value) {
    const item = (value as JsonObject)[key]
    if (typeof item === 'object' && item !== null && deeperThan(item, levels - 1)) return true
  }
  return false
}

/** Signs, in the text, of what `cleanse` looks for; almost no text has one. */
const suspicious = /\\u(?:[dD][89a-fA-F]|005[fF])/
const isSuspect = (text: string) =>
  text.includes('__proto__') || !text.isWellFormed() || (text.includes('\\u') && suspicious.test(text))

/**
 * Drops own `__proto__` keys and puts U+FFFD for lone surrogates, in place, down to `levels`. Both are repaired and not
 * refused: an agent that can get such text into its own record must not be able to hide the act behind a refusal.
 */
function cleanse(value: unknown, levels: number): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null || levels === 0) return value
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) value[at] = cleanse(value[at], levels - 1)
    return value
  }
  const clean: JsonObject = {}
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') clean[key.toWellFormed()] = cleanse((value as JsonObject)[key], levels - 1)
  }
  return clean
}

/**
 * Parses text that may be hostile. Answers a value of well-formed strings without `__proto__` keys down to `levels`
 * (the levels below are for the caller to refuse), or a refusal.
 */
export function parseJson(
  text: string,
  levels: number = limits.depth,
): { value: unknown; isRepaired: boolean } | { refusal: Refusal } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { refusal: { code: 'JSON_SYNTAX', reason: `The text is not JSON: ${why.toWellFormed()}` } }
  }
  const isRepaired = isSuspect(text)
  return { value: isRepaired ? cleanse(value, levels + 1) : value, isRepaired }
}

/** A part of a body as text for its dead letter; absent when that would be unsafe or useless. */
export const partOf = (value: unknown): string | undefined =>
  deeperThan(value, limits.depth) ? undefined : JSON.stringify(value)

export const tooLarge = (what: string): Refusal => ({
  code: 'TOO_LARGE',
  reason: `${what} is over ${limits.eventBytes / 1024} KiB. Send digests and sizes in place of contents.`,
})

/** A cheap upper bound of the value’s JSON in bytes: every unit as a \u escape. For values not nested too deeply. */
function bytesAtMost(value: unknown): number {
  if (typeof value === 'string') return value.length * 6 + 3
  if (typeof value !== 'object' || value === null) return 26
  let bytes = 2
  if (Array.isArray(value)) for (const item of value) bytes += bytesAtMost(item)
  else for (const key in value) bytes += key.length * 6 + 4 + bytesAtMost((value as JsonObject)[key])
  return bytes
}

/** Why a value cannot be an event for its size or nesting. `text` is its JSON, when at hand. */
export function misfit(value: unknown, text: string | undefined): Refusal | undefined {
  if (deeperThan(value, limits.depth)) {
    return {
      code: 'TOO_DEEP',
      reason: `The event is nested more than ${limits.depth} levels deep. Flatten its extra fields.`,
    }
  }
  const { eventBytes } = limits
  const large =
    text === undefined
      ? bytesAtMost(value) > eventBytes && isOver(JSON.stringify(value), eventBytes)
      : isOver(text, eventBytes)
  return large ? tooLarge('The event') : undefined
}
