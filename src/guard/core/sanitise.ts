import { credentialsIn } from '../identity/index.ts'
import type { Matcher } from './pattern.ts'
import { Taken } from './taken.ts'

/** What stands in the place of what was taken out. */
export const redacted = '[redacted by rescind]'
const maxDepth = 64

/** One thing to take out: a place, and what in it. Without `find`, all that stands there. */
export interface Selection {
  /** As the operator wrote it, for records. */
  name: string
  /**
   * Names from the top, `*` for any; lists are no step of their own. A single name stands at any depth. Empty: everything.
   */
  path: readonly string[]
  find?: Matcher | undefined
}

/** What was taken out: how much and where, never what. */
export interface Redaction {
  count: number
  fields: string[]
}

/** A path as policies and commands write it: `$`, `$.a.b`, `a.b[*].c`, `a`. An index stands for every item. */
export const pathOf = (text: string): string[] =>
  text
    .replace(/^\$\.?/, '')
    .replace(/\[(?:\*|\d{1,9})\]/g, '')
    .split('.')
    .filter((name) => name !== '')

/** Where keys, tokens and passwords stand. */
export const secretSpans: Matcher = (text) => credentialsIn(text).flatMap(({ value }) => spansOf(text, value))

/** Takes selections out of values and texts, and keeps count. Copies; what was given stays as it is. */
export class Redactor implements Redaction {
  count = 0
  readonly #selections: readonly Selection[]
  readonly #fields = new Set<string>()
  /** What was taken out by its place: it goes from everything else too. */
  readonly #taken = new Taken()

  constructor(selections: readonly Selection[]) {
    this.#selections = selections
  }

  get fields(): string[] {
    return [...this.#fields].slice(0, 32).map((field) => field.slice(0, 128))
  }

  /** A value with the selections taken out. */
  value(root: unknown): unknown {
    const everything = this.#matching([])
    const whole = everything.find((s) => s.find === undefined)
    // An object stays one: who takes it expects its members.
    if (whole !== undefined && typeof root === 'object' && root !== null && !Array.isArray(root)) {
      this.took(whole)
      return Object.fromEntries(Object.keys(root).map((key) => [key, redacted]))
    }
    return this.#walk(root, [], 0, everything)
  }

  /** Running text: what patterns find. */
  text(text: string): string {
    const whole = this.#matching([]).find((s) => s.find === undefined)
    if (whole !== undefined && text !== '') {
      this.took(whole)
      return redacted
    }
    return this.#replace(
      text,
      this.#selections.filter((s) => s.find !== undefined),
    )
  }

  /** Takes what was taken out by its place out of every string and number of a value, however it is spelt there. */
  sweep(value: unknown, depth = 0): unknown {
    if (this.#taken.isEmpty) return value
    if (typeof value === 'string') return this.#swept(value)
    if (typeof value === 'number' || typeof value === 'bigint')
      return this.#swept(String(value)) === String(value) ? value : redacted
    if (typeof value !== 'object' || value === null) return value
    if (depth > maxDepth) return redacted
    if (Array.isArray(value)) return value.map((item) => this.sweep(item, depth + 1))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.#swept(key), this.sweep(item, depth + 1)]),
    )
  }

  #swept(text: string): string {
    const spans = this.#taken.spans(text)
    const clean = cut(text, spans)
    this.count += spans.length
    if (!this.#taken.hides(clean)) return clean
    this.count++
    return redacted
  }

  /** Selections of whole fields, by their last name. */
  *names(): Iterable<[name: string, selection: Selection]> {
    for (const selection of this.#selections) {
      const last = selection.path.at(-1)
      if (selection.find === undefined && last !== undefined && last !== '*') yield [last, selection]
    }
  }

  took({ name }: Selection, value?: string): void {
    this.count++
    this.#fields.add(name)
    if (value !== undefined) this.#taken.add(value)
  }

  #walk(value: unknown, path: readonly string[], depth: number, inside: readonly Selection[]): unknown {
    const whole = inside.find((s) => s.find === undefined)
    if (whole !== undefined) {
      this.took(whole, typeof value === 'string' || typeof value === 'number' ? String(value) : undefined)
      return redacted
    }
    if (typeof value === 'string') return this.#string(value, path, depth, inside)
    if (typeof value === 'number' || typeof value === 'bigint') {
      const text = String(value)
      const clean = this.#replace(text, inside)
      return clean === text ? value : redacted
    }
    if (typeof value !== 'object' || value === null) return value
    // Too deep to be read is too deep to be vouched for.
    if (depth > maxDepth) {
      this.count++
      this.#fields.add('(too deep)')
      return redacted
    }
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, path, depth + 1, inside))
    const copy: [string, unknown][] = []
    for (const [key, item] of Object.entries(value)) {
      const here = [...path, key]
      const more = this.#matching(here)
      copy.push([
        this.#replace(key, inside),
        this.#walk(item, here, depth + 1, more.length === 0 ? inside : [...inside, ...more]),
      ])
    }
    return Object.fromEntries(copy)
  }

  /** A string, and what is in it where it is JSON itself: there a path begins anew, and goes on too. */
  #string(text: string, path: readonly string[], depth: number, inside: readonly Selection[]): string {
    const value = depth > maxDepth ? undefined : jsonOf(text)
    if (value === undefined) return this.#replace(text, inside)
    const before = this.count
    const clean = this.#walk(this.#walk(value, [], depth + 1, inside), path, depth + 1, inside)
    return this.count === before ? text : JSON.stringify(clean)
  }

  #matching(path: readonly string[]): Selection[] {
    return this.#selections.filter((s) => isAt(s.path, path))
  }

  #replace(text: string, selections: readonly Selection[]): string {
    let clean = text
    for (const selection of selections) {
      const spans = selection.find?.(clean) ?? []
      if (spans.length === 0) continue
      // What a pattern finds at a place is found elsewhere by what it is.
      const isPlaced = selection.path.length > 0
      for (const [from, to] of spans) this.took(selection, isPlaced ? clean.slice(from, to) : undefined)
      clean = cut(clean, spans)
    }
    return clean
  }
}

/** Text that is one JSON object or list as a whole. */
export function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** A single name stands at any depth, a longer path from the top. */
export function isAt(wanted: readonly string[], path: readonly string[]): boolean {
  if (wanted.length === 1 && wanted[0] !== '*') return path.at(-1) === wanted[0]
  return wanted.length === path.length && wanted.every((name, i) => name === '*' || name === path[i])
}

function spansOf(text: string, value: string): [number, number][] {
  const spans: [number, number][] = []
  if (value === '') return spans
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    spans.push([at, at + value.length])
  return spans
}

function cut(text: string, spans: readonly [number, number][]): string {
  const sorted = [...spans].sort(([a], [b]) => a - b)
  let clean = ''
  let from = 0
  for (const [start, end] of sorted) {
    if (end <= from) continue
    if (start >= from) clean += text.slice(from, start) + redacted
    from = end
  }
  return clean + text.slice(from)
}
