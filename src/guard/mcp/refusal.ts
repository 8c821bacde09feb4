import type { Command } from '../../model/command.ts'
import type { Guard } from '../core/guard.ts'
import type { Check } from '../core/types.ts'
import type { Id, Message } from '../doors/json-rpc/message.ts'
import { printable } from '../identity/index.ts'

/** The answer to a call that does not run: a tool result that says what, why, that trying again is no use, and what is. */
export function refusal(id: Id, tool: string, check: Check, wayBack: WayBack): Message {
  const { outcome, command, held } = check
  return {
    jsonrpc: '2.0',
    id,
    result: {
      content: [{ type: 'text', text: refusalWords(tool, check, wayBack) }],
      isError: true,
      _meta: {
        'rescind/outcome': outcome,
        ...(command === undefined ? {} : { 'rescind/command': command.id }),
        ...(held === undefined ? {} : { 'rescind/handle': held.handle }),
      },
    },
  }
}

/** The answer to a request that is no tool call and does not pass. */
export const refusedRequest = (id: Id, method: string, check: Check, wayBack: WayBack): Message => ({
  jsonrpc: '2.0',
  id,
  error: {
    code: -32000,
    message: refusalWords(method, check, wayBack),
    data: {
      'rescind/outcome': check.outcome,
      ...(check.command === undefined ? {} : { 'rescind/command': check.command.id }),
    },
  },
})

function refusalWords(tool: string, check: Check, wayBack: WayBack): string {
  const { outcome, because, command, held, endsWhen } = check
  const name = printable(tool)
  const refused = held?.state === 'refused'
  const lines = [
    refused
      ? `A person was asked about this call to ${name} and said no. It did not run.`
      : outcome === 'step-up'
        ? `Rescind holds this call to ${name} until a person approves it. It did not run.`
        : `Rescind refused this call to ${name}. It did not run.`,
    `Why: ${printable(because, 600)}`,
  ]
  if (command !== undefined) lines.push(`Command: ${command.id}, until ${new Date(command.expires).toISOString()}`)
  const hasWay = command === undefined ? endsWhen !== undefined : !refused
  if (!hasWay && command === undefined) lines.push('No approval changes this.')
  if (command === undefined && endsWhen !== undefined)
    lines.push(`Way back: the call goes through again when ${endsWhen}.`)
  if (command !== undefined && !refused) lines.push(...wayOf(name, command, held, wayBack))
  const again = held !== undefined && held.times > 1 ? ` This was try ${held.times}.` : ''
  lines.push(
    `Making the same call ${hasWay ? 'before that' : 'again'} does not help: it is only counted.${again}`,
    `${hasWay ? 'If that does not come, leave' : 'Leave'} this step out, go on with the rest of the task, and tell the person what was held and why.`,
    'Do not try to reach the same effect another way.',
  )
  return lines.join('\n')
}

function wayOf(tool: string, command: Command, held: Check['held'], wayBack: WayBack): string[] {
  const way = `Way back: ${wayBack(command, held)}.`
  if (held === undefined) return [way]
  return [
    way,
    `Then make the same call again, or call ${tool} with ${held.handle} as the whole of one of its text arguments: the call that was held runs then, as it was, once. Anything else is a new call.`,
  ]
}

/** What a person does to let it go, in words: with the held call where there is one, else with the command. */
export type WayBack = (command: Command, held: Check['held']) => string

/** Where nobody has said more of the place. */
export const wayBackOf =
  ({ standAlone }: Guard): WayBack =>
  (command, held) =>
    standAlone
      ? `a person writes ${held?.handle ?? command.id} into the guard’s approvals file`
      : `a person runs \`rescind ${orderOf(command, held !== undefined)} --reason …\``

/** The command that a person gives to a monitor, without the program’s name. */
export const orderOf = ({ id, rung }: Command, isHeld: boolean): string =>
  `${isHeld && rung === 'step-up' ? 'approve' : 'release'} ${id}`

/** What a person is asked: all that will run, for nothing else is approved. */
export function question({ because, held, event }: Check): string {
  const args = printable(JSON.stringify(held?.args ?? {}) ?? '', 2000)
  return [
    `Rescind holds a call of the agent ${printable(event.agent.id)}. Let it run, once?`,
    `Tool: ${printable(held?.tool ?? '')}`,
    `Arguments: ${args}`,
    `Why it is held: ${printable(because, 600)}`,
  ].join('\n')
}

/** The answer that an approved call got, given again: it does not run twice. */
export function answerAgain(id: Id | null, value: Record<string, unknown>, handle: string): Message {
  const { result } = value
  if (typeof result !== 'object' || result === null) return { ...value, id }
  const meta = '_meta' in result && typeof result._meta === 'object' ? result._meta : {}
  return {
    ...value,
    id,
    result: { ...result, _meta: { ...meta, 'rescind/outcome': 'replayed', 'rescind/handle': handle } },
  }
}

/** An approved call is under way, or its answer never came. */
export function stillRuns(id: Id | null, handle: string): Message {
  const text =
    'A person approved this call and it was sent to its server, but no answer has come yet. It is not sent twice. Ask for its answer later by the same call with its handle, or look whether it took effect.'
  return {
    jsonrpc: '2.0',
    id,
    result: {
      content: [{ type: 'text', text: `${text}\nHandle: ${handle}` }],
      isError: true,
      _meta: { 'rescind/outcome': 'sent', 'rescind/handle': handle },
    },
  }
}
