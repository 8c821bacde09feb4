import { credentialsIn } from '../identity/index.ts'
import type { Matcher } from './pattern.ts'

/** What stands in the place of what was taken out. */
export const redacted = '[redacted by rescind]'
const maxDepth = 64
/** A value shorter than this says too little to be looked for elsewhere. */
const shortest = 4

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
  /** Whole values that were taken out: they go from running text too. */
  readonly #values = new Set<string>()

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

  /** Running text: what patterns find, and values that were taken out of a structure beside it. */
  text(text: string): string {
    const whole = this.#matching([]).find((s) => s.find === undefined)
    if (whole !== undefined && text !== '') {
      this.took(whole)
      return redacted
    }
    let clean = this.#replace(
      text,
      this.#selections.filter((s) => s.find !== undefined),
    )
    for (const value of this.#values) {
      const spans = spansOf(clean, value)
      if (spans.length === 0) continue
      this.count += spans.length
      clean = cut(clean, spans)
    }
    return clean
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
    if (value !== undefined && value.length >= shortest && this.#values.size < 10_000) this.#values.add(value)
  }

  #walk(value: unknown, path: readonly string[], depth: number, inside: readonly Selection[]): unknown {
    const whole = inside.find((s) => s.find === undefined)
    if (whole !== undefined) {
      this.took(whole, typeof value === 'string' || typeof value === 'number' ? String(value) : undefined)
      return redacted
    }
    if (typeof value === 'string') return this.#replace(value, inside)
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

  #matching(path: readonly string[]): Selection[] {
    return this.#selections.filter((s) => isAt(s.path, path))
  }

  #replace(text: string, selections: readonly Selection[]): string {
    let clean = text
    for (const selection of selections) {
      const spans = selection.find?.(clean) ?? []
      if (spans.length === 0) continue
      for (const _ of spans) this.took(selection)
      clean = cut(clean, spans)
    }
    return clean
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
