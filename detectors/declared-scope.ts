import { defineDetector, isAct, isActing, looked, outsideScope } from 'rescind/detect'
import { Type } from 'typebox'

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
    const act = outsideScope(event, scope)
    if (act === undefined) return looked
    if (act.by === 'bound') return { bits: acting ? options.bits : options.lookingBits, because: act.because }
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
