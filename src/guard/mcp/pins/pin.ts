import { digest } from '../../../model/digest.ts'
import type { Drift } from '../../../model/event.ts'
import { isObject } from '../../doors/json-rpc/message.ts'
import { printable } from '../../identity/index.ts'
import { type ModelOrder, maxText, modelOrdersIn, orderWords } from './model-orders.ts'
import { parametersOf, type Risk } from './parameters.ts'

/** One tool’s definition as it is remembered: digests, names of parameters, and no text. */
export interface ToolPin {
  name: string
  /** Of the whole definition. */
  digest: string
  /** Of title and descriptions. */
  words: string
  /** Of the annotations. */
  hints: string
  /** Path of each parameter, with its risk. */
  parameters: Record<string, Risk | ''>
  required: string[]
  /** What its texts order the model to do. Of a pin: what a person has accepted. */
  orders: ModelOrder[]
}

/** Nodes of one definition that are looked at. */
const maxNodes = 20_000

/**
 * What may still be looked at of one list: a hostile one must not take all our time. A text that many tools share, as large servers’ schemas
 * do (344 tools of Microsoft 365: 1.1 million characters, 0.23 of them different), is looked at once.
 */
export interface Budget {
  characters: number
  looked: Map<string, ReadonlySet<ModelOrder>>
}
export const budget = (): Budget => ({ characters: 1_048_576, looked: new Map() })

export function pinOf(tool: Record<string, unknown> & { name: string }, left: Budget = budget()): ToolPin {
  const { name, inputSchema, annotations } = tool
  const texts = textsIn(tool)
  const orders = new Set<ModelOrder>()
  let characters = 0
  for (const text of texts) {
    let ordered = left.looked.get(text)
    if (ordered === undefined) {
      characters += text.length
      if (characters > maxText || text.length > left.characters) {
        orders.add('endless')
        continue
      }
      left.characters -= text.length
      ordered = modelOrdersIn(text)
      left.looked.set(text, ordered)
    }
    for (const order of ordered) orders.add(order)
  }
  const required = isObject(inputSchema) && Array.isArray(inputSchema.required) ? inputSchema.required : []
  return {
    name,
    digest: digest(...leaves(tool)),
    words: digest(...texts),
    hints: digest(...leaves(annotations)),
    parameters: Object.fromEntries(parametersOf(inputSchema)),
    required: required.filter((each): each is string => typeof each === 'string').slice(0, 128),
    orders: [...orders],
  }
}

/** What is new since the pin was taken; undefined: nothing. */
export function compare(pin: ToolPin, now: ToolPin): Drift | undefined {
  const orders = now.orders.filter((order) => !pin.orders.includes(order))
  if (orders.length > 0) return ordered(now, orders)
  if (pin.digest === now.digest) return undefined
  const risky = Object.entries(now.parameters).filter(([path, risk]) => risk !== '' && member(pin, path) !== risk)
  if (risky.length > 0)
    return newDrift(
      'changed',
      true,
      now,
      risky.map(([path, risk]) => `${member(pin, path) === undefined ? 'adds' : 'makes'} ${path} a ${risk} parameter`),
    )
  const words: string[] = []
  const added = Object.keys(now.parameters).filter((path) => member(pin, path) === undefined)
  const removed = Object.keys(pin.parameters).filter((path) => member(now, path) === undefined)
  const needed = now.required.filter((path) => !pin.required.includes(path))
  if (added.length > 0) words.push(`adds ${added.join(', ')}`)
  if (removed.length > 0) words.push(`no longer has ${removed.join(', ')}`)
  if (needed.length > 0) words.push(`now needs ${needed.join(', ')}`)
  if (pin.words !== now.words) words.push('is described in other words')
  if (pin.hints !== now.hints) words.push('has other annotations')
  return newDrift('changed', false, now, words.length === 0 ? ['has another schema'] : words)
}

/** The drift of a tool that is seen for the first time. */
export const firstSight = (now: ToolPin): Drift | undefined =>
  now.orders.length === 0 ? undefined : ordered(now, now.orders)

export const shadowed = (now: ToolPin, servers: readonly string[]): Drift =>
  newDrift('shadowed', false, now, [`is offered by ${servers.map((server) => printable(server, 60)).join(', ')} too`])

const ordered = (now: ToolPin, orders: readonly ModelOrder[]): Drift =>
  newDrift(
    'orders',
    true,
    now,
    orders.map((order) => `its description ${orderWords[order]}`),
  )

const newDrift = (kind: Drift['kind'], holds: boolean, { name }: ToolPin, words: readonly string[]): Drift => ({
  kind,
  holds,
  because: printable(`tool ${printable(name, 80)}: ${words.slice(0, 8).join('; ')}`, 480),
})

/** Names come from a stranger: `constructor` is no member. */
const member = ({ parameters }: ToolPin, path: string): Risk | '' | undefined =>
  Object.hasOwn(parameters, path) ? parameters[path] : undefined

/** All texts that describe: every string that is more than a word, wherever it stands, and names of members likewise. */
function textsIn(tool: unknown): string[] {
  return leaves(tool).filter((leaf) => /\s|[^\x20-\x7e]/.test(leaf))
}

/** Names and values in the order in which they stand. */
function leaves(root: unknown): string[] {
  const found: string[] = []
  const open: unknown[] = [root]
  let nodes = 0
  for (let next = open.pop(); next !== undefined || open.length > 0; next = open.pop()) {
    if (++nodes > maxNodes) break
    if (Array.isArray(next)) for (let i = Math.min(next.length, maxNodes) - 1; i >= 0; i--) open.push(next[i])
    else if (isObject(next))
      for (const [name, value] of Object.entries(next).reverse()) open.push(value ?? 'null', name)
    else found.push(String(next))
  }
  return found
}
