import {
  type AgentEvent,
  defineDetector,
  hash32,
  human,
  indexOf,
  isAct,
  minutes,
  type Profile,
  recentAdd,
  recentPrune,
} from 'rescind/detect'
import { Type } from 'typebox'

const sensitive = (event: AgentEvent): boolean =>
  event.resource?.sensitivity === 'restricted' || event.resource?.sensitivity === 'confidential'

const leaves = (event: AgentEvent): boolean =>
  event.action === 'export' || event.destinations?.some((d) => d.boundary === 'external') === true

/** A send to where this agent has never sent in a clean task. */
const strange = (event: AgentEvent, known: Profile['destinations']): boolean =>
  event.destinations === undefined ||
  event.destinations.length === 0 ||
  event.destinations.some((d) => indexOf(known, hash32(d.hash)) < 0)

interface State {
  /** Event ids and times of sensitive reads, flattened. */
  reads: (string | number)[]
  restricted: boolean
  /** Destinations already told of, hashed. */
  told: number[]
}

export default defineDetector({
  id: 'read-then-export',
  version: 1,
  key: 'trace',
  rule: true,
  title: 'Sensitive data read, then something sent outside, within one trace',
  why: 'Exfiltration is a read and a send. They may be done by different sub-agents, so the trace is what joins them.',
  needs: ['trace', 'resource.sensitivity', 'action'],
  blindSpots: [
    'Agents that do not propagate trace context.',
    'A send later than the span looked at.',
    'A send to a destination that the agent already used in clean tasks.',
  ],
  falseAlarms: ['A reporting agent whose job it is: its task’s scope names the destination; allow it by policy.'],
  labels: ['ASI02', 'AML.T0086', 'T1567', 'SC-7(10)'],
  options: Type.Object({
    window: Type.Integer({ default: minutes(30), description: 'Span between read and send, ms of event time.' }),
    restrictedBits: Type.Number({ default: 11, description: 'Evidence when restricted data was read.' }),
    confidentialBits: Type.Number({ default: 1, description: 'Evidence when confidential data was read.' }),
  }),
  state: (): State => ({ reads: [], restricted: false, told: [] }),
  wants: (event, kit) =>
    isAct(event) &&
    (leaves(event)
      ? strange(event, kit.profile.destinations)
      : sensitive(event) && (event.action === 'read' || event.action === 'list')),
  step(state, event, { options }) {
    recentPrune(state.reads, event.time - options.window)
    if (state.reads.length === 0) state.restricted = false
    if (!leaves(event)) {
      if (event.outcome === 'denied') return null
      recentAdd(state.reads, event.id, event.time, 16)
      if (event.resource?.sensitivity === 'restricted') state.restricted = true
      return null
    }
    if (state.reads.length === 0 || !outside(event)) return null
    const to = hash32(event.destinations?.map((d) => d.hash).join() ?? '')
    if (state.told.includes(to)) return null
    if (state.told.length < 16) state.told.push(to)
    const first = state.reads[1] as number
    return {
      bits: state.restricted ? options.restrictedBits : options.confidentialBits,
      because: `${state.restricted ? 'restricted' : 'confidential'} data read, then sent to ${
        event.destinations?.find((d) => d.boundary === 'external')?.display ?? 'an outside destination'
      } ${human(event.time - first)} later in the same trace`,
      evidence: state.reads.filter((_, i) => i % 2 === 0) as string[],
    }
  },
})

/** A send is outside unless every destination is known to be internal. */
const outside = (event: AgentEvent): boolean =>
  event.destinations === undefined ||
  event.destinations.length === 0 ||
  event.destinations.some((d) => d.boundary !== 'internal')
