import { type AgentEvent, defineDetector, isAct, isActing, type Kit, looked, permitsTool } from 'rescind/detect'
import { Type } from 'typebox'

type Scope = NonNullable<Kit<unknown>['scope']>

export default defineDetector({
  id: 'declared-scope',
  version: 3,
  key: 'agent',
  rule: true,
  title: 'Act outside what the task declared',
  why: 'A task says beforehand what it needs. An act beyond that is drift by definition, whatever the agent did before.',
  needs: [['tool', 'action', 'resource.dataset', 'environment', 'destinations']],
  blindSpots: [
    'Harm done inside the declared scope.',
    'Tasks that declare nothing.',
    'Where events carry provenance: reading beyond the scope, and another tool of a declared class, count little.',
  ],
  falseAlarms: ['A scope that forgot something: declare it; the finding names what was missing.'],
  labels: ['ASI02', 'ASI03', 'NHI5:2025', 'AC-6'],
  options: Type.Object({
    bits: Type.Number({ default: 12, description: 'Evidence of an acting call outside scope.' }),
    softBits: Type.Number({
      default: 0,
      description:
        'With provenance: an acting tool outside scope, before any other rule spoke, where the action class is inside it or every argument comes from the request. 3 costs 0.7 % of benign AgentDyn runs and catches nothing more.',
    }),
    lookingBits: Type.Number({ default: 7, description: 'Evidence of a reading or listing call outside scope.' }),
  }),
  state: () => null,
  step(_state, event, { scope, task, options }) {
    if (scope === undefined || !isAct(event)) return null
    const acting = isActing(event)
    const hard = beyond(event, scope)
    if (hard !== undefined) return { bits: acting ? options.bits : options.lookingBits, because: hard }
    const act = strange(event, scope)
    if (act === undefined) return looked
    const { provenance, action } = event
    // What cannot be undone, or changes who may do what, is outside whatever its arguments are.
    const isGrave = act.farther && (action === 'delete' || action === 'admin')
    if (isGrave || provenance?.request === undefined || (acting && act.farther && provenance.fromRead === true))
      return { bits: acting ? options.bits : options.lookingBits, because: act.because }
    // A scope that forgot a tool is common; one that forgot a whole class, filled with what was read, is not. Where it is
    // to count, it counts once: forgetting three tools is no worse than forgetting one.
    const counts = acting && options.softBits > 0 && (task?.risk?.shadowRules ?? 0) < 1
    return counts ? { bits: options.softBits, because: act.because } : looked
  },
})

/** A tool or action class outside the scope; `farther`: its class too, or its tool where no classes are declared. */
function strange(event: AgentEvent, scope: Scope): { because: string; farther: boolean } | undefined {
  const { tool, action } = event
  const classOut = action !== undefined && scope.actions?.includes(action) === false
  if (tool !== undefined && !permitsTool(scope, tool))
    return {
      because: `tool ${tool.name} is not in the declared scope`,
      farther: scope.actions === undefined || classOut,
    }
  if (!classOut) return undefined
  // Who names the very tool means what it does; what is grave is named too.
  if (tool !== undefined && namesTool(scope, tool) && action !== 'delete' && action !== 'admin') return undefined
  return { because: `action class ${action} is not in the declared scope`, farther: true }
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
