import type { ActionClass, AgentEvent, Drift } from '../../../model/event.ts'
import type { ToolModel } from '../../act/index.ts'
import { isObject, type Message, paramsOf, textOf } from '../../doors/json-rpc/message.ts'
import { digestOf } from '../../provenance/index.ts'
import type { ToolPins } from '../pins/index.ts'
import type { Tools } from '../tools/tools.ts'

/** A message as an act of the agent’s. */
export interface MessageAct {
  /** Where no tool is called, the method stands for it. */
  tool: string
  model?: ToolModel
  action: ActionClass
  args: unknown
  /** `id`: digest of what it touches, a URI or a name. */
  resource?: NonNullable<AgentEvent['resource']>
  drift?: Drift
}

/** A call of a tool, as the operator’s table, the server’s annotations and the pins see it. */
export function callAct(tool: string, args: unknown, tools: Tools, pins: ToolPins): MessageAct {
  const { action, dataset, sensitivity } = tools.of(tool)
  const drift = pins.driftOf(tool)
  const act: MessageAct = { tool, model: tools.model(tool), action, args }
  if (dataset !== undefined || sensitivity !== undefined)
    act.resource = { ...(dataset && { dataset }), ...(sensitivity && { sensitivity }) }
  if (drift !== undefined) act.drift = drift
  return act
}

/** Requests by which an agent reads. Each is an act, with an attempt and an outcome. */
const reads: ReadonlySet<string> = new Set([
  'resources/read',
  'resources/subscribe',
  'prompts/get',
  'completion/complete',
])

/** Requests by which a client looks round by itself: no acts, but nothing that a standing restriction lets through. */
const looks: ReadonlySet<string> = new Set([
  'resources/list',
  'resources/templates/list',
  'prompts/list',
  'tasks/list',
  'tasks/get',
  'tasks/result',
])

/** What a request of the client’s other than a tool call does; `isQuiet`: it is told only when it is refused. */
export function requestAct(message: Message): (MessageAct & { isQuiet: boolean }) | undefined {
  const { method } = message
  if (typeof method !== 'string') return undefined
  if (looks.has(method)) return { tool: method, action: 'list', args: {}, isQuiet: true }
  if (!reads.has(method)) return undefined
  const { _meta, ...args } = paramsOf(message)
  const ref = isObject(args.ref) ? args.ref : args
  const named = textOf(ref.uri, 16_384) ?? textOf(ref.name, 16_384)
  const about = named === undefined ? {} : { resource: { id: digestOf(named) } }
  return { tool: method, action: 'read', args, ...about, isQuiet: false }
}

/** Requests of the server’s that take something from the client, and the member of `capabilities` that allows them. */
const asks: Readonly<Record<string, { capability: string; action: ActionClass }>> = {
  // The model’s words go to the server: they leave.
  'sampling/createMessage': { capability: 'sampling', action: 'export' },
  // The person’s own words go there.
  'elicitation/create': { capability: 'elicitation', action: 'write' },
}

/** The capability without which a client is not asked this. */
export const capabilityFor = (method: string): string | undefined =>
  Object.hasOwn(asks, method) ? asks[method]?.capability : undefined

/** What answering a request of the server’s does: the answer leaves for the server. Undefined: it gives nothing away. */
export function answerAct(method: string, result: unknown): MessageAct | undefined {
  const ask = Object.hasOwn(asks, method) ? asks[method] : undefined
  if (ask === undefined) return undefined
  return { tool: method, action: ask.action, args: isObject(result) && 'content' in result ? result : {} }
}
