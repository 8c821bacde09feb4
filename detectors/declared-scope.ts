import { type AgentEvent, defineDetector, isAct, isActing, looked, type Verdict } from 'rescind/detect'
import { Type } from 'typebox'

type Scope = NonNullable<Parameters<typeof outside>[1]>

export default defineDetector({
  id: 'declared-scope',
  version: 1,
  key: 'agent',
  rule: true,
  stake: 0,
  title: 'Act outside what the task declared',
  why: 'A task says beforehand what it needs. An act beyond that is drift by definition, whatever the agent did before.',
  blindSpots: ['Harm done inside the declared scope.', 'Tasks that declare nothing.'],
  falseAlarms: ['A scope that forgot something: declare it; the finding names what was missing.'],
  labels: ['ASI02', 'ASI03', 'NHI5:2025', 'AC-6'],
  options: Type.Object({
    bits: Type.Number({ default: 12, description: 'Evidence of an acting call outside scope.' }),
    lookingBits: Type.Number({ default: 7, description: 'Evidence of a reading or listing call outside scope.' }),
  }),
  state: () => null,
  step(_state, event, { scope, options }) {
    if (scope === undefined || !isAct(event)) return null
    const because = outside(event, scope)
    if (because === undefined) return looked
    return { bits: isActing(event) ? options.bits : options.lookingBits, because } satisfies Verdict
  },
})

/** What of an act is not in its scope, in words; undefined when all of it is. */
function outside(
  event: AgentEvent,
  scope: {
    tools?: string[]
    datasets?: string[]
    actions?: string[]
    environments?: string[]
    destinations?: string[]
    window?: { from: number; to: number }
    deadline?: number
    approvals?: string[]
  },
): string | undefined {
  const { tool, action, resource, environment } = event
  if (tool !== undefined && scope.tools !== undefined && !hasTool(scope, tool))
    return `tool ${tool.name} is not in the declared scope`
  if (action !== undefined && scope.actions?.includes(action) === false)
    return `action class ${action} is not in the declared scope`
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

const hasTool = (scope: Scope, tool: { name: string; server?: string }): boolean =>
  scope.tools?.some(
    (t) =>
      t === tool.name ||
      (tool.server !== undefined && (t === `${tool.server}/*` || t === `${tool.server}/${tool.name}`)),
  ) === true
