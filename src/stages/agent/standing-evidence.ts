import type { AgentState } from '../../model/agent-state.ts'
import { digest } from '../../model/digest.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { actOf, strangerOf } from '../findings.ts'
import { none } from './agent-store.ts'

const detector = { id: 'standing-evidence', version: 1 }

/**
 * What stands, as a finding about the act in hand that brought nothing of its own. Its bits are those of the pieces that
 * were too little to be told one by one; nothing is counted again.
 */
export function standingEvidence(event: AgentEvent, state: AgentState, mode: 'enforce' | 'shadow'): Finding {
  const task = event.task?.id ?? event.session
  const finding: Finding = {
    id: digest(detector.id, detector.version, event.tenant, event.agent.id, event.id, ...strangerOf(event.origin)),
    time: event.time,
    tenant: event.tenant,
    agent: event.agent.id,
    detector: detector.id,
    version: detector.version,
    key: 'agent',
    subject: event.agent.id,
    rule: false,
    bits: Math.round((state.untold?.bits ?? 0) * 100) / 100,
    because: wordsOf(state).slice(0, 1024),
    evidence: [...(state.untold?.events ?? none).filter((id) => id !== event.id), event.id],
    event: event.id,
    act: actOf(event),
    mode,
    labels: [],
  }
  if (event.origin !== undefined) finding.origin = event.origin
  if (event.agent.cohort !== undefined) finding.cohort = event.agent.cohort
  if (event.principal !== undefined) finding.principal = event.principal
  if (event.session !== undefined) finding.session = event.session
  if (task !== undefined) finding.task = task
  if (event.credential !== undefined) finding.credential = event.credential.id
  return finding
}

function wordsOf({ untold, evidence }: AgentState): string {
  const standing = evidence.filter((e) => e.held !== true)
  const heaviest = standing.reduce((a, b) => (b.bits > (a?.bits ?? 0) ? b : a), standing[0])
  const parts: string[] = []
  if (heaviest !== undefined) parts.push(`earlier evidence stands: ${heaviest.because}`)
  if (untold !== undefined)
    parts.push(`${untold.pieces} small pieces of evidence add up, the largest by ${untold.detector}: ${untold.because}`)
  return parts.join('; ') || 'earlier evidence stands'
}
