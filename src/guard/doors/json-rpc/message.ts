import type { Survey } from './json-text.ts'

/** A JSON-RPC message as it came: hostile until looked at. */
export type Message = Record<string, unknown>
export type Id = string | number

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const idOf = (message: Message): Id | undefined =>
  typeof message.id === 'string' || typeof message.id === 'number' ? message.id : undefined

/**
 * Equal for ids that some reader takes for the same: the TypeScript SDK looks for `Number(id)`, the Python one for
 * `int(id)`, so that `"5"` answers `5`.
 */
export function idKey(id: Id): string {
  const number = Number(id)
  return Number.isNaN(number) ? `s${id}` : `n${number}`
}

export const paramsOf = (message: Message): Record<string, unknown> => (isObject(message.params) ? message.params : {})
export const metaOf = (message: Message): Record<string, unknown> => {
  const { _meta } = paramsOf(message)
  return isObject(_meta) ? _meta : {}
}

export const textOf = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined

export const invalidRequest = (id: Id | null, message: string): Message => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32600, message },
})

/** An answer that says why there is none. */
export const noAnswer = (id: Id, why: string): Message => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32000, message: `rescind guard: ${why}` },
})

const members: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])
const callMembers: ReadonlySet<string> = new Set(['name', 'arguments', '_meta', 'task'])

/** As a reader sees a name that folds case (Go, .NET) or trims. */
const folded = (name: string): string => name.normalize('NFKC').trim().toLowerCase()

/**
 * Why two readers could read this message differently: the guard must judge the very call that the server will run. A
 * member twice, or one that differs from a known one in case only (some readers fold case), is not let through. Unknown
 * members pass, and so does what is twice within a message that cannot act.
 */
export function ambiguity(message: Message, survey: Survey | undefined): string | undefined {
  const { method } = message
  const names = Object.keys(message)
  const variant = variantOf(names, members)
  if (variant !== undefined) return `the member ${variant} differs from a known one in case only`
  if (survey !== undefined && survey.topMembers !== names.length) return 'a member is there twice'
  if (typeof method !== 'string' || method === 'ping' || method.startsWith('notifications/')) return undefined
  if (method !== 'tools/call') {
    if (folded(method) === 'tools/call') return `the method differs from tools/call in case only`
  } else {
    const param = variantOf(Object.keys(paramsOf(message)), callMembers)
    if (param !== undefined) return `params.${param} differs from a known member in case only`
  }
  return hasTwins(message, survey) ? 'a member is there twice' : undefined
}

/** Whether some object in the text has a member twice. */
export const hasTwins = (message: Message, survey: Survey | undefined): boolean =>
  survey !== undefined && countMembers(message) !== survey.members

function variantOf(names: readonly string[], known: ReadonlySet<string>): string | undefined {
  return names.find((name) => !known.has(name) && known.has(folded(name)))?.slice(0, 40)
}

function countMembers(value: unknown): number {
  let n = 0
  const open: unknown[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const values = Object.values(next)
    if (!Array.isArray(next)) n += values.length
    for (const each of values) if (typeof each === 'object' && each !== null) open.push(each)
  }
  return n
}
