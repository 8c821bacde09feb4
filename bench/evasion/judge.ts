import { isDeepStrictEqual } from 'node:util'
import type { Verdict } from './run.ts'
import type { Step } from './script.ts'
import type { Exchange } from './wire.ts'

/**
 * Whether a request went through. An act of an attack that was rewritten counts as run as long as what makes it harm is in
 * it; everything else has to arrive as it was sent, and nobody may have been asked.
 */
export function verdictOf(step: Step, { got, answer, asked }: Exchange): Verdict {
  const name = String(step.params.name ?? step.method)
  const at = step.act === undefined ? `before: ${name}` : name
  if (got === undefined) return { ran: false, because: wordsOf(answer), at }
  const { _meta: _, ...sent } = step.params
  const { _meta, ...arrived } = (got.params ?? {}) as Record<string, unknown>
  const isSame = isDeepStrictEqual(sent, arrived)
  const needle = step.act?.needle ?? ''
  const isHarm = needle !== '' && holds(arrived, needle)
  if (asked && !isHarm) return { ran: false, because: 'a person was asked', at }
  return isSame || isHarm ? { ran: true, because: '', at } : { ran: false, because: 'rewritten', at }
}

/** Whether a string or key somewhere in a value holds these characters. */
function holds(value: unknown, needle: string): boolean {
  if (typeof value === 'string') return value.includes(needle) || value.includes(JSON.stringify(needle).slice(1, -1))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, each]) => key.includes(needle) || holds(each, needle))
}

/** Why the guard said no. */
function wordsOf({ result, error }: Record<string, unknown>): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  const text = JSON.stringify(result ?? '')
  return /Why: (.{0,300}?)(?:\\n|")/.exec(text)?.[1] ?? text.slice(0, 200)
}
