/** A JSON-RPC message as it came: hostile until looked at. */
export type Message = Record<string, unknown>
export type Id = string | number

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const idOf = (message: Message): Id | undefined =>
  typeof message.id === 'string' || typeof message.id === 'number' ? message.id : undefined

/** `1` and `"1"` are different ids. */
export const idKey = (id: Id): string => `${typeof id === 'string' ? 's' : 'n'}${id}`

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

const members = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])
const callMembers = ['name', 'arguments', '_meta', 'task']

/**
 * Why two readers could read this message differently: the guard must judge the very call that the server will run. A
 * member twice, or one that differs from a known one in case only (some readers fold case), is not let through.
 */
export function ambiguity(message: Message, raw: string): string | undefined {
  for (const name of Object.keys(message)) if (!members.has(name)) return `unknown member ${name.slice(0, 40)}`
  if (message.method === 'tools/call')
    for (const name of Object.keys(paramsOf(message)))
      if (!callMembers.includes(name) && callMembers.includes(name.toLowerCase()))
        return `params.${name} differs from a known member in case only`
  if (raw.length > 0 && JSON.stringify(message) !== raw && countMembers(message) !== countColons(raw))
    return 'a member is there twice'
  return undefined
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

/** Colons outside strings: one per member of an object. */
function countColons(raw: string): number {
  let n = 0
  let quoted = false
  for (let i = 0; i < raw.length; i++) {
    const c = raw.charCodeAt(i)
    if (quoted) {
      if (c === 0x5c) i++
      else if (c === 0x22) quoted = false
    } else if (c === 0x22) quoted = true
    else if (c === 0x3a) n++
  }
  return n
}
