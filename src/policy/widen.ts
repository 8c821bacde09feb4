import type { AgentState, Widened } from '../model/agent-state.ts'
import type { Allowing, Command } from '../model/command.ts'
import { digest } from '../model/digest.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import type { Review, Widen } from '../model/receipt.ts'
import { gravity, type Sink, sinks } from '../model/sink.ts'
import type { Policy, StampedPolicy } from './policy.ts'

/** Most widened approvals of one agent at a time. */
export const maxWidened = 16

/** What asks each time about what stands, not about what an act does. */
const standing = 'standing-evidence'

/** Who lets it go, and what for. */
export type WideningAnswer = Pick<Review, 'id' | 'time' | 'by' | 'reason'> & { widen: Widen }

/**
 * The command by which a person lets go further acts like the one that `held` is about; a text: why that cannot be. It
 * carries the evidence of that act, for it covers what the same detectors say and nothing else.
 */
export function widening(
  held: Command,
  { id, time, by, reason, widen }: WideningAnswer,
  stamped: StampedPolicy,
): Command | string {
  // What becomes of it has nothing to do with the held act.
  const { act, ...kept } = held
  const { agent } = held
  const about = held.evidence.filter((e) => e.event === act?.event && e.detector !== standing)
  if (held.widens !== undefined) return 'it is a widened approval itself'
  if (act === undefined || (held.rung !== 'step-up' && held.rung !== 'tighten'))
    return `it is a ${held.rung}, which holds no single act`
  if (held.mode !== 'enforce') return 'it only would have been ordered'
  if (about.length === 0) return 'it was held for what stands against the agent, not for what it does'
  const each = about.find((e) => e.everyTime === true)
  if (each !== undefined) return `a person is asked about this each time: ${each.because}`
  if (held.task === undefined && widen.anyTask !== true)
    return 'the held act names no task: say that acts in any task are meant'
  if (widen.until <= time) return 'it would have ended already'
  const longest = stamped.policy.expiry.widening
  if (widen.until > time + longest) return `the policy lets it stand for ${longest / 60_000} minutes at most`
  const allow = allowing(held, act, widen, stamped.policy)
  if (typeof allow === 'string') return allow
  return {
    ...kept,
    id: digest('widening', held.id, id),
    time,
    rung: 'observe',
    target: widen.anyTask === true || held.task === undefined ? { agent } : { agent, task: held.task },
    restriction: { allow },
    because: reason,
    evidence: about,
    widens: { command: held.id, to: widen.to, by },
    policy: stamped.version,
    automatic: false,
    notIssuedAfter: time,
    expires: widen.until,
  }
}

function allowing(
  held: Command,
  act: NonNullable<Command['act']>,
  { to, destination }: Widen,
  policy: Policy,
): Allowing | string {
  const all = act.destinations ?? []
  const [action] = (held.restriction.stepUp ?? held.restriction.deny)?.actions ?? []
  if (to === 'tool') {
    if (act.tool === undefined) return 'the held act names no tool'
    return {
      tools: [act.server === undefined ? act.tool : `${act.server}/${act.tool}`],
      ...(action === undefined ? {} : { actions: [action] }),
      ...(act.sink === undefined ? {} : { sinks: [act.sink] }),
      destinations: [...all],
    }
  }
  // Those that nobody named, where the command tells them apart.
  const asked = (held.restriction.stepUp ?? held.restriction.deny)?.destinations ?? all
  if (asked.length === 0) return 'the held act has no destination'
  const one = destination ?? (asked.length === 1 ? asked[0] : undefined)
  if (one === undefined) return `the held act has several destinations, say which: ${asked.join(', ')}`
  if (!all.includes(one) && !asked.includes(one)) return `${one} is no destination of the held act: ${asked.join(', ')}`
  // An act that was approved vouches for none that is graver.
  if (act.sink !== undefined) return { sinks: sinksUpTo(act.sink), destinations: [one] }
  if (action === undefined) return { destinations: [one] }
  const { action: costs } = policy.costs
  const milder = (Object.keys(costs) as (keyof typeof costs)[]).filter(
    (each) => each !== 'unknown' && each !== 'approve' && costs[each] < costs[action],
  )
  return { actions: [...(milder as NonNullable<Allowing['actions']>), action], destinations: [one] }
}

const sinksUpTo = (sink: Sink): Sink[] =>
  sinks.filter((each) => each === sink || (each !== 'approval' && gravity(each) < gravity(sink)))

/** What an agent’s state keeps of it. */
export function widenedOf({ id, target, restriction, evidence, expires }: Command): Widened | undefined {
  if (restriction.allow === undefined) return undefined
  return {
    command: id,
    allow: restriction.allow,
    ...(target.task === undefined ? {} : { task: target.task }),
    detectors: [...new Set(evidence.map((e) => e.detector))],
    until: expires,
  }
}

/**
 * What a person said of acts like this one. A point that had not heard yet that it was taken back says by which command it let
 * the act go; that is no act that got through.
 */
export function widenedFor(widened: AgentState['widened'], event: AgentEvent): readonly Widened[] {
  if (widened === undefined) return []
  const task = event.task?.id ?? event.session
  return widened.filter(
    (each) =>
      each.until > event.time &&
      (each.released === undefined || each.released > event.time || event.decision === each.command) &&
      (each.task === undefined || each.task === task) &&
      isAllowed(each.allow, event),
  )
}

/** The first of them that covers what a detector said. */
export const coveringOf = (
  widened: readonly Widened[],
  { detector, everyTime }: Pick<Finding, 'detector' | 'everyTime'>,
): Widened | undefined => (everyTime === true ? undefined : widened.find((each) => each.detectors.includes(detector)))

function isAllowed({ tools, actions, sinks, destinations }: Allowing, event: AgentEvent): boolean {
  if (tools !== undefined && (event.tool === undefined || !namesTool(tools, event.tool))) return false
  if (actions !== undefined && (event.action === undefined || !actions.includes(event.action))) return false
  const sink = event.provenance?.sink
  if (sinks !== undefined && (sink === undefined || !sinks.includes(sink))) return false
  const aims = event.destinations ?? []
  return aims.length > 0 === destinations.length > 0 && aims.every(({ hash }) => destinations.includes(hash))
}

/** Whether a list of tools holds this one: `name`, `server/name` or `server/*`. */
export const namesTool = (tools: readonly string[], { name, server }: { name: string; server?: string }): boolean =>
  tools.includes(name) ||
  (server !== undefined && (tools.includes(`${server}/*`) || tools.includes(`${server}/${name}`)))
