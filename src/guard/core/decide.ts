import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { type Catch, fieldsOf } from './restrictions.ts'
import { redact } from './sanitise.ts'
import type { Decision, GuardCall } from './types.ts'

/** What bears on a call, put together by the guard. */
export interface Bearing {
  call: GuardCall
  event: AgentEvent
  findings: readonly Finding[]
  /** The strongest of what the table, the guard’s own commands and this very act’s findings hold against it. */
  caught: Catch | undefined
  /** What the monitor’s silence means for this class of act; undefined: it is not silent. */
  silence: 'open' | 'closed' | undefined
  staleAfterMs: number
  /** It names the guard’s own files. */
  meddles: boolean
}

/** The outcome of a call with its reason in words. Pure. */
export function decide({ call, event, findings, caught, silence, staleAfterMs, meddles }: Bearing): Decision {
  if (meddles) return { outcome: 'deny', because: 'it names files of the guard’s own', findings, event }
  if (caught !== undefined && caught.hold !== 'sanitise') {
    const { command, hold } = caught
    return { outcome: hold, because: `${command.rung}: ${command.because}`, command, findings, event }
  }
  if (silence === 'closed') {
    const because = `the monitor has not been heard for longer than ${Math.round(staleAfterMs / 1000)} s, and ${event.action} fails closed`
    return { outcome: 'deny', because, findings, event }
  }
  if (caught !== undefined) {
    const { command } = caught
    const fields = fieldsOf(command.restriction.sanitise ?? {})
    const { args, redacted } = redact(call.args, fields)
    if (redacted > 0) {
      const because = `${fields.join(', ')} redacted: ${command.because}`
      return { outcome: 'sanitise', because, command, arguments: args, findings, event }
    }
  }
  return { outcome: 'allow', because: findings[0]?.because ?? 'nothing stands against it', findings, event }
}
