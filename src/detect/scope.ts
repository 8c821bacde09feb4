import type { AgentEvent } from '../model/event.ts'
import type { Scope } from '../model/scope.ts'
import { isActing, permitsTool } from './acts.ts'

export interface Outside {
  /** In words. */
  because: string
  /** A bound that holds whatever made the act (data, place, time, approval), or its tool or class. */
  by: 'bound' | 'kind'
  /** Its class too, or its tool where no classes are declared. */
  farther: boolean
}

/** How an act is outside of a declared scope; undefined: it is not. */
export function outsideScope(event: AgentEvent, scope: Scope): Outside | undefined {
  const bound = beyond(event, scope)
  return bound === undefined ? strange(event, scope) : { because: bound, by: 'bound', farther: true }
}

/** A tool or action class outside the scope. */
function strange(event: AgentEvent, scope: Scope): Outside | undefined {
  const { tool, action } = event
  const classOut = action !== undefined && scope.actions?.includes(action) === false
  if (tool !== undefined && !permitsTool(scope, tool))
    return {
      because: `tool ${tool.name} is not in the declared scope`,
      by: 'kind',
      farther: scope.actions === undefined || classOut,
    }
  if (!classOut) return undefined
  // Who names the very tool means what it does; what is grave is named too.
  if (tool !== undefined && namesTool(scope, tool) && action !== 'delete' && action !== 'admin') return undefined
  return { because: `action class ${action} is not in the declared scope`, by: 'kind', farther: true }
}

const namesTool = ({ tools = [] }: Scope, { name, server }: NonNullable<AgentEvent['tool']>): boolean =>
  tools.some((t) => t === name || (server !== undefined && t === `${server}/${name}`))

/** What else of an act is not in its scope, in words. Where its arguments came from makes no difference to these. */
function beyond(event: AgentEvent, scope: Scope): string | undefined {
  const { action, resource, environment } = event
  if (resource?.dataset !== undefined && scope.datasets?.includes(resource.dataset) === false)
    return `dataset ${resource.dataset} is not in the declared scope`
  if (environment !== undefined && scope.environments?.includes(environment) === false)
    return `environment ${environment} is not in the declared scope`
  if (scope.destinations !== undefined && isActing(event)) {
    const stray = event.destinations?.find((d) => !scope.destinations?.includes(d.hash))
    if (stray !== undefined) return `destination ${stray.display ?? stray.hash} is not in the declared scope`
  }
  if (scope.window !== undefined && (event.time < scope.window.from || event.time > scope.window.to))
    return 'the act is outside the declared change window'
  if (scope.deadline !== undefined && event.time > scope.deadline) return 'the act is after the task’s deadline'
  if (action !== undefined && scope.approvals?.includes(action) === true && event.approval === undefined)
    return `action class ${action} needs an approval, and the act names none`
  return undefined
}
