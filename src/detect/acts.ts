import type { ActionClass, AgentEvent } from '../model/event.ts'
import type { Scope } from '../model/scope.ts'

const acting: ReadonlySet<ActionClass> = new Set(['write', 'delete', 'execute', 'export', 'admin', 'approve'])

/** Changes the world, as opposed to looking at it. An act of unknown class counts as acting. */
export const isActing = (event: AgentEvent): boolean => event.action === undefined || acting.has(event.action)

/**
 * Whether this event is the one report that counts an act: its attempt, or its outcome when no attempt was reported.
 * So that nothing is scored or learned twice.
 */
export const isAct = (event: AgentEvent): boolean =>
  event.kind === 'attempt' || (event.kind === 'outcome' && event.attempted !== true)

/** A point stopped it: a try, and no evidence that anything happened. */
export const isHeld = ({ outcome }: AgentEvent): boolean => outcome === 'denied' || outcome === 'stepped-up'

/** Requests of MCP that are no calls of tools (2025-11-25): a list of tools says nothing of them, classes do. */
const methods: ReadonlySet<string> = new Set([
  'resources/read',
  'resources/list',
  'resources/templates/list',
  'resources/subscribe',
  'prompts/get',
  'prompts/list',
  'completion/complete',
  'sampling/createMessage',
  'elicitation/create',
])

/** Such a request, and no call of a tool. */
export const isMethod = ({ name }: NonNullable<AgentEvent['tool']>): boolean => methods.has(name)

/** Whether a scope’s tools, where it names any, hold this tool: `name`, `server/name` or `server/*`. */
export const permitsTool = (scope: Pick<Scope, 'tools' | 'actions'>, tool: NonNullable<AgentEvent['tool']>): boolean =>
  scope.tools === undefined ||
  (scope.actions !== undefined && isMethod(tool)) ||
  scope.tools.some(
    (t) =>
      t === tool.name ||
      (tool.server !== undefined && (t === `${tool.server}/*` || t === `${tool.server}/${tool.name}`)),
  )
