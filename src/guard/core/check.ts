import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import type { Catch } from './restrictions.ts'
import type { CleanArguments } from './sanitise-rules.ts'
import type { Check } from './types.ts'

/** What bears on a call, put together by the guard. */
export interface Bearing {
  event: AgentEvent
  findings: readonly Finding[]
  /** The strongest of what the table, the guard’s own commands and this very act’s findings hold against it. */
  caught: Catch | undefined
  /** The arguments with what must not go taken out; undefined: nothing bears on them. */
  cleaned: CleanArguments | undefined
  /** What the monitor’s silence means for this class of act; undefined: it is not silent. */
  silence: 'open' | 'closed' | undefined
  /** The monitor is there, and does not take the guard’s key. */
  turnedDown: boolean
  staleAfterMs: number
  /** It names the guard’s own files. */
  meddles: boolean
  /** Why a scope that was given to the guard holds it. */
  outside: string | undefined
}

/** What an event says of each outcome. */
export const eventOutcome = {
  allow: 'allowed',
  deny: 'denied',
  'step-up': 'stepped-up',
  sanitise: 'sanitised',
} as const

/** What stops a call whatever it is found to do: its detectors already see it as stopped. Undefined: nothing does. */
export function outcomeAtOnce({
  caught,
  silence,
  meddles,
  outside,
}: Pick<Bearing, 'caught' | 'silence' | 'meddles' | 'outside'>): AgentEvent['outcome'] {
  if (caught?.hold === 'deny' || silence === 'closed' || meddles) return 'denied'
  return caught?.hold === 'step-up' || outside !== undefined ? 'stepped-up' : undefined
}

/** The outcome of a call with its reason in words. Pure. */
export function checkCall(bearing: Bearing): Check {
  const { event, findings, caught, cleaned, silence, turnedDown, staleAfterMs, meddles, outside } = bearing
  if (meddles) return { outcome: 'deny', because: 'it names files of the guard’s own', findings, event }
  const isClosed = silence === 'closed' && caught?.hold !== 'deny'
  if (caught !== undefined && !isClosed) {
    const { command, hold } = caught
    // A step-up is told by its outcome; of more, the rung says how much the agent has lost.
    const because = command.rung === 'step-up' ? command.because : `${command.rung}: ${command.because}`
    return { outcome: hold, because, command, findings, event }
  }
  if (isClosed) {
    const because = `the monitor has not been heard for longer than ${Math.round(staleAfterMs / 1000)} s, and ${event.action} fails closed`
    const endsWhen = turnedDown
      ? 'the monitor takes the guard’s key again: a person gives another one (--key-file or RESCIND_TOKEN) and starts the guard anew'
      : 'the monitor is heard'
    return {
      outcome: 'deny',
      because: turnedDown ? `${because}: it does not take the guard’s key` : because,
      endsWhen,
      findings,
      event,
    }
  }
  // Nobody is asked about it: without a task there is nothing to ask about, and of very many a person is not asked each time.
  if (outside !== undefined)
    return {
      outcome: 'deny',
      because: outside,
      endsWhen: 'the scope that the guard was given allows it',
      findings,
      event,
    }
  if (cleaned?.impossible !== undefined) {
    const because = `what must be taken out of the arguments cannot be: ${cleaned.impossible}`
    return { outcome: 'deny', because, findings, event }
  }
  if (cleaned !== undefined && cleaned.count > 0) {
    const because = `${cleaned.fields.join(', ')} redacted: ${cleaned.because}`
    const command = cleaned.command === undefined ? {} : { command: cleaned.command }
    return { outcome: 'sanitise', because, ...command, arguments: cleaned.args, findings, event }
  }
  const [first] = findings
  const because = first?.widened === undefined ? first?.because : `a person let acts like it go: ${first.because}`
  return { outcome: 'allow', because: because ?? 'nothing stands against it', findings, event }
}

/** In shadow mode the call goes ahead as it is, and the outcome that it would have had is told. */
export function inShadow(check: Check): void {
  if (check.outcome === 'allow') return
  check.wouldBe = check.outcome
  check.outcome = 'allow'
  delete check.arguments
  delete check.event.sanitised
}
