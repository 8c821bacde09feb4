import { parse } from 'yaml'
import { withoutFences } from './layout.ts'

/** Most characters that are parsed as YAML, which takes a hundred times as long as JSON. */
const maxYaml = 65_536

/**
 * The value that a text is as a whole: JSON, or a YAML listing (printed dictionaries read as YAML’s flow style too). Undefined
 * for everything that only looks like one in places: there a `key: value` line is its author’s.
 */
export function structureOf(text: string): object | undefined {
  const trimmed = withoutFences(text.trim()).trim()
  const first = trimmed[0]
  const last = trimmed.at(-1)
  const isBracketed = (first === '{' && last === '}') || (first === '[' && last === ']')
  if (isBracketed) {
    const value = parsed(() => JSON.parse(trimmed))
    if (value !== undefined) return isAll(trimmed, value) ? value : undefined
    // A dictionary’s quote behind a backslash ends a string in YAML: what follows would pass for fields.
    if (trimmed.includes("\\'")) return undefined
  }
  if (trimmed.length > maxYaml || (!isBracketed && !looksListed(trimmed))) return undefined
  const whole = listing(trimmed)
  if (whole !== undefined) return whole
  // One record after the other, with the same names in each.
  const blocks = trimmed.split(/\n[ \t]*\n/)
  if (blocks.length < 2) return undefined
  const records: object[] = []
  for (const block of blocks) {
    const record = listing(block)
    if (record === undefined) return undefined
    records.push(record)
  }
  return records
}

const listing = (text: string): object | undefined => parsed(() => parse(text, { maxAliasCount: 0, logLevel: 'error' }))

/** No name stands twice in one object: of two values a program keeps the last, and a model reads both. */
function isAll(text: string, value: object): boolean {
  let left = text.match(/"(?:[^"\\]|\\.)*"/gs)?.length ?? 0
  const open: unknown[] = [value]
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (typeof each === 'string') left--
    else if (Array.isArray(each)) for (const one of each) open.push(one ?? 0)
    else if (typeof each === 'object' && each !== null)
      for (const one of Object.values(each)) {
        left--
        open.push(one ?? 0)
      }
  }
  return left === 0
}

function parsed(read: () => unknown): object | undefined {
  try {
    const value = read()
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Every line at the left margin begins an entry: cheaper to see than to parse, and most texts fail here. */
function looksListed(text: string): boolean {
  let lines = 0
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end)
    at = end < 0 ? text.length : end + 1
    if (line.trim() === '' || /^[ \t]/.test(line)) continue
    if (!/^(?:- |-$|['"]?[\w][\w .\-']{0,60}['"]?:(?:\s|$))/.test(line)) return false
    lines++
  }
  return lines > 1 || /^- /.test(text)
}
