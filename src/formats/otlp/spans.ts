import type { ActionClass, Outcome } from '../../model/event.ts'
import { actionOf } from '../kit/action-class.ts'
import { canonicalText } from '../kit/canonical.ts'
import type { JsonObject } from '../kit/json.ts'
import { clip, sha256Hex, utf8Length } from '../kit/text.ts'
import { type Attributes, jsonOf, textOf } from './values.ts'

/** A span with its attributes and those of its resource read. */
export interface Span {
  name: string
  traceId: string
  spanId: string
  parent: string | undefined
  kind: number
  failed: boolean
  attributes: Attributes
  resource: Attributes
}

const kinds = { SERVER: 2 } as const

/** GenAI operations, other than tools and agents, that touch data or set things up. Model calls are not acts. */
const operations: Readonly<Record<string, ActionClass>> = {
  retrieval: 'read',
  search_memory: 'read',
  create_memory: 'write',
  update_memory: 'write',
  upsert_memory: 'write',
  delete_memory: 'delete',
  create_memory_store: 'admin',
  delete_memory_store: 'admin',
  create_agent: 'admin',
  invoke_workflow: 'execute',
}

export type Act =
  | { type: 'tool'; name: string }
  | { type: 'operation'; name: string; action: ActionClass }
  | { type: 'delegation' }
  | { type: 'run' }

/** What act a span tells of; undefined when none. */
export function actOf(span: Span): Act | undefined {
  const { attributes } = span
  const operation = textOf(attributes, 'gen_ai.operation.name')
  const method = textOf(attributes, 'mcp.method.name')
  if (method !== undefined && span.kind === kinds.SERVER && agentOf(span, false) === undefined) return undefined
  if (operation === 'execute_tool' || method === 'tools/call') {
    const inName = span.name.replace(/^(?:execute_tool|tools\/call)\s*/, '')
    const name = textOf(attributes, 'gen_ai.tool.name', 'mcp.tool.name') ?? (inName === '' ? 'unknown' : inName)
    return { type: 'tool', name }
  }
  if (method === 'resources/read') return { type: 'operation', name: method, action: 'read' }
  if (operation === 'invoke_agent') return span.parent === undefined ? { type: 'run' } : { type: 'delegation' }
  const action = operation !== undefined && Object.hasOwn(operations, operation) ? operations[operation] : undefined
  return operation === undefined || action === undefined ? undefined : { type: 'operation', name: operation, action }
}

/** The agent a span names, or the service that sent it. */
export function agentOf(span: Span, orService = true): string | undefined {
  const own = textOf(span.attributes, 'gen_ai.agent.id', 'gen_ai.agent.name')
  const sent = textOf(span.resource, 'gen_ai.agent.id', 'gen_ai.agent.name')
  return own ?? sent ?? (orService ? textOf(span.resource, 'service.name') : undefined)
}

const denials =
  /^(?:401|403|-32001|permission_?denied|unauthenticated|unauthorized|forbidden|access_?denied|.*(?:PermissionDenied|AccessDenied|Forbidden|Unauthorized)\w*)$/i

export function outcomeOf({ attributes, failed }: Span): Outcome {
  const error = textOf(attributes, 'error.type')
  const status = textOf(attributes, 'rpc.response.status_code', 'mcp.error.code', 'http.response.status_code')
  if (denials.test(error ?? '') || denials.test(status ?? '')) return 'denied'
  return failed || error !== undefined ? 'failed' : 'allowed'
}

/** Leaves absent fields out; the model knows no `undefined`. */
function compact(fields: JsonObject): JsonObject | undefined {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

const clipped = (text: string | undefined, chars?: number) => (text === undefined ? undefined : clip(text, chars))

/** The event a span stands for, its fields fitted to the model. `time` is when the act ended, in ms. */
export function eventOf(span: Span, act: Act, time: number): JsonObject {
  const { attributes, resource } = span
  const any = (...names: string[]) => textOf(attributes, ...names) ?? textOf(resource, ...names)
  const isRun = act.type === 'run'
  const callee = agentOf(span, false)
  const service = textOf(resource, 'service.name')
  const agent = act.type === 'delegation' ? (service ?? callee) : agentOf(span)
  const name = act.type === 'tool' || act.type === 'operation' ? act.name : `invoke_agent ${callee ?? 'unknown'}`
  const outcome = outcomeOf(span)
  const given = jsonOf(attributes, 'gen_ai.tool.call.arguments')
  const returned = jsonOf(attributes, 'gen_ai.tool.call.result')
  const cohort =
    textOf(attributes, 'gen_ai.agent.id') === undefined ? undefined : textOf(attributes, 'gen_ai.agent.name')
  const deployment = [any('k8s.namespace.name'), any('k8s.deployment.name')]
    .filter((each) => each !== undefined)
    .join('/')
  const task = {
    id: clip(any('rescind.task.id') ?? span.traceId),
    status: outcome === 'allowed' ? 'completed' : 'failed',
  }
  return {
    id: `${span.traceId}-${span.spanId}`,
    time,
    kind: isRun ? 'task-end' : 'outcome',
    tenant: clip(any('rescind.tenant') ?? 'default', 128),
    ...compact({
      agent: agent === undefined ? undefined : { id: clip(agent), ...compact({ cohort: clipped(cohort) }) },
      principal: clipped(any('enduser.id', 'user.id')),
      session: clipped(any('gen_ai.conversation.id', 'mcp.session.id', 'session.id')),
      task: isRun ? task : { id: task.id },
      trace: { id: span.traceId, span: span.spanId, ...compact({ parent: span.parent }) },
      environment: clipped(any('deployment.environment.name', 'deployment.environment')),
      source: compact({
        ip: span.kind === kinds.SERVER ? clipped(textOf(attributes, 'client.address'), 64) : undefined,
        network: clipped(textOf(resource, 'cloud.region'), 128),
        workload: deployment === '' ? undefined : clip(deployment),
      }),
      ...(isRun
        ? {}
        : {
            call: clip(textOf(attributes, 'gen_ai.tool.call.id') ?? span.spanId),
            tool: { name: clip(name), ...compact({ server: clipped(serverOf(span)) }) },
            action: act.type === 'tool' ? actionOf(act.name) : act.type === 'operation' ? act.action : 'execute',
            resource: compact({
              id: clipped(textOf(attributes, 'mcp.resource.uri')),
              dataset: clipped(textOf(attributes, 'gen_ai.data_source.id')),
            }),
            arguments:
              given === undefined
                ? undefined
                : { digest: `sha256:${sha256Hex(canonicalText(given))}`, bytes: utf8Length(given) },
            result: returned === undefined ? undefined : { bytes: utf8Length(returned) },
            outcome,
          }),
    }),
  }
}

function serverOf({ attributes, resource, kind }: Span): string | undefined {
  if (kind === kinds.SERVER) return textOf(resource, 'service.name')
  return textOf(attributes, 'mcp.server.name', 'mcp.target', 'server.address')
}
