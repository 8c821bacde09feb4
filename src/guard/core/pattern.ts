import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'

/** Spans that a pattern matches, in order: [from, to). */
export type Matcher = (text: string) => [from: number, to: number][]

const maxCompiled = 256
const compiled = new Map<string, Matcher | undefined>()
let engine: typeof RE2JS | undefined

/**
 * A pattern of the operator’s in RE2’s syntax, which matches in time linear in the text: no pattern and no text can hang the guard.
 * Undefined: it is no such pattern. The engine is loaded with the first pattern; most guards have none.
 */
export function patternOf(source: string): Matcher | undefined {
  if (compiled.has(source)) return compiled.get(source)
  if (compiled.size >= maxCompiled) compiled.clear()
  const matcher = compile(source)
  compiled.set(source, matcher)
  return matcher
}

function compile(source: string): Matcher | undefined {
  engine ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS
  try {
    const pattern = engine.compile(source)
    return (text) => {
      const spans: [number, number][] = []
      const matcher = pattern.matcher(text)
      // An empty match has nothing to hide.
      while (matcher.find()) if (matcher.end() > matcher.start()) spans.push([matcher.start(), matcher.end()])
      return spans
    }
  } catch {
    return undefined
  }
}
