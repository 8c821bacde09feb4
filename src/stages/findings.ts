import { isHeld } from '../detect/acts.ts'
import type { AnyDetector, Revocation } from '../detect/define.ts'
import { digest } from '../model/digest.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Act, Finding, Mode } from '../model/finding.ts'
import { keys } from '../model/keys.ts'
import type { Origin } from '../model/origin.ts'
import type { Verdict } from '../model/verdict.ts'
import { type Fault, isFault } from './fault.ts'

/** What an event does, short enough to travel with a finding or a command. */
export function actOf(event: AgentEvent): Act {
  const act: Act = {}
  if (event.action !== undefined) act.action = event.action
  if (event.tool !== undefined) act.tool = event.tool.name
  if (event.resource?.dataset !== undefined) act.dataset = event.resource.dataset
  if (event.resource?.sensitivity !== undefined) act.sensitivity = event.resource.sensitivity
  if (event.environment !== undefined) act.environment = event.environment
  if (event.destinations !== undefined && event.destinations.length > 0) {
    act.destinations = event.destinations.slice(0, 8).map((d) => d.hash)
    if (event.destinations.some((d) => d.boundary === 'external')) act.external = true
  }
  return act
}

/**
 * Part of the cause where a stranger hands in an event: it may foresee the id of the real one. An owner’s is none, for its points
 * do not know how the monitor calls them, and make the same ids.
 */
export const strangerOf = (origin: Origin | undefined): string[] =>
  origin?.heard === 'stranger' ? [origin.publisher] : []

/** Stamps a verdict. The id is a digest of its causes, so that a redelivery is the same record. */
export function findingOf(
  detector: Pick<AnyDetector, 'id' | 'version' | 'key' | 'rule' | 'labels'>,
  mode: Mode,
  subject: string,
  event: AgentEvent,
  verdict: Verdict,
): Finding {
  const finding: Finding = {
    id: digest(detector.id, detector.version, event.tenant, subject, event.id, ...strangerOf(event.origin)),
    time: event.time,
    tenant: event.tenant,
    agent: event.agent.id,
    detector: detector.id,
    version: detector.version,
    key: detector.key,
    subject,
    rule: detector.rule,
    bits: Math.round(verdict.bits * 100) / 100,
    because: verdict.because.slice(0, 1024),
    evidence: [...(verdict.evidence ?? []).filter((id) => id !== event.id), event.id],
    event: event.id,
    act: actOf(event),
    mode,
    labels: [...detector.labels],
  }
  if (event.origin !== undefined) finding.origin = event.origin
  if (isFault(verdict)) finding.fault = true
  if (isHeld(event)) finding.held = true
  if (verdict.count !== undefined && verdict.count > 1) finding.act.count = verdict.count
  if (verdict.everyTime === true) finding.everyTime = true
  if (event.agent.cohort !== undefined) finding.cohort = event.agent.cohort
  if (event.principal !== undefined) finding.principal = event.principal
  if (event.session !== undefined) finding.session = event.session
  const task = keys.task.of(event)
  if (task !== undefined) finding.task = task
  if (event.credential !== undefined) finding.credential = event.credential.id
  return finding
}

/** The finding of a detector that failed when it was told that authority was taken back: there is no act in hand. */
export const faultAt = (
  { id, version, key, rule }: AnyDetector,
  mode: Mode,
  { time, tenant, agent, credential, command }: Revocation,
  { bits, because }: Fault,
): Finding => ({
  id: digest(id, version, tenant, credential, command),
  time,
  tenant,
  agent,
  detector: id,
  version,
  key,
  subject: credential,
  rule,
  bits,
  because: because.slice(0, 1024),
  evidence: [],
  event: '',
  act: {},
  fault: true,
  mode,
  labels: [],
})
