import type { AgentState, KeptEvidence, OpenAct, Risk, TaskState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { accumulate, fade, isNothing } from '../../policy/fade.ts'
import type { Own } from '../../policy/weigh.ts'
import { limits, none } from './agent-store.ts'

export const riskOf = (owner: AgentState | TaskState | undefined): Risk | undefined => owner?.risk ?? undefined

/** Bits that a rule’s finding counts, for what is enforced and for what would be. */
const ruled = ({ bits, mode, rule }: { bits: number; mode?: Finding['mode']; rule?: boolean }) => ({
  enforced: rule !== false && mode === 'enforce' ? bits : 0,
  shadowed: rule !== false && mode !== 'learn' ? bits : 0,
})

/** The evidence of one event by itself. */
export function ownOf(findings: readonly Finding[], bits: number, shadow: number): Own {
  const own: Own = { bits, shadow, rules: 0, shadowRules: 0 }
  for (const finding of findings) {
    const { enforced, shadowed } = ruled(finding)
    own.rules += enforced
    own.shadowRules += shadowed
  }
  return own
}

/** Adds it to what stands. */
export function addStanding(risk: Risk | undefined, own: Own): void {
  if (risk === undefined) return
  accumulate(risk, own.bits, own.shadow)
  risk.rules += own.rules
  risk.shadowRules += own.shadowRules
}

/** Adds what its rules say to what held acts were held for; what was unusual about an act that never happened is dropped. */
export function addHeld(risk: Risk | undefined, { rules, shadowRules }: Own): void {
  if (risk === undefined || shadowRules === 0) return
  risk.held = (risk.held ?? 0) + rules
  risk.shadowHeld = (risk.shadowHeld ?? 0) + shadowRules
}

/** What is left; rounding errors are nothing. */
const from = (value: number, less: number): number => (value - less < 1e-9 ? 0 : value - less)

function lessHeld(risk: Risk, rules: number, shadowRules: number): void {
  if (risk.shadowHeld === undefined) return
  risk.held = from(risk.held ?? 0, rules)
  risk.shadowHeld = from(risk.shadowHeld, shadowRules)
  if (risk.shadowHeld > 0) return
  delete risk.held
  delete risk.shadowHeld
}

/** Remembers what an attempt would count, until its point says whether it happened. */
export function open(state: AgentState, event: AgentEvent, own: Own): void {
  if (event.call === undefined) return
  const task = event.task?.id ?? event.session
  const act: OpenAct = { call: event.call, event: event.id, ...own }
  if (task !== undefined) act.task = task
  state.open = (state.open ?? none).slice(1 - limits.open).concat(act)
}

/** Its point has said what came of it: answers what it would count. */
export function close(state: AgentState, event: AgentEvent): OpenAct | undefined {
  const act = state.open?.find((o) => o.call === event.call)
  if (act === undefined) return undefined
  const left = state.open?.filter((o) => o !== act) ?? none
  if (left.length > 0) state.open = left
  else delete state.open
  return act
}

/** Moves the evidence of an act from what is held against it to what stands. */
export function happened(state: AgentState, act: Omit<OpenAct, 'call'>): void {
  const task = state.tasks.findLast((t) => t.id === act.task)
  for (const risk of [riskOf(state), riskOf(task)]) {
    if (risk === undefined) continue
    lessHeld(risk, act.rules, act.shadowRules)
    addStanding(risk, act)
  }
  let bits = act.bits
  state.evidence = state.evidence.map((e) => {
    if (e.event !== act.event || e.held === undefined) return e
    const { held: _, ...kept } = e
    if (kept.rule !== false) return kept
    kept.added = Math.max(0, bits)
    bits = 0
    return kept
  })
}

/** Keeps a finding as evidence. `added`: the statistical bits that it stands for. */
export function keep(state: AgentState, finding: Finding, added: number, held: boolean): void {
  const kept: KeptEvidence = {
    finding: finding.id,
    detector: finding.detector,
    event: finding.event,
    bits: finding.bits,
    because: finding.because,
    rule: finding.rule,
    mode: finding.mode,
    at: finding.time,
    added: finding.rule ? finding.bits : added,
  }
  if (finding.everyTime === true) kept.everyTime = true
  if (finding.task !== undefined) kept.task = finding.task
  if (finding.origin !== undefined) kept.publisher = finding.origin.publisher
  if (held) kept.held = true
  state.evidence = state.evidence.slice(1 - limits.evidence).concat(kept)
}

/** Takes evidence back out of what stands, as far as it has not faded: a person looked at what it was about. */
export function takeBack(state: AgentState, which: (e: KeptEvidence) => boolean, now: number, halfLife: number): void {
  const gone = state.evidence.filter(which)
  if (gone.length === 0) return
  state.evidence = gone.length === state.evidence.length ? none : state.evidence.filter((e) => !gone.includes(e))
  for (const e of gone) {
    const left = halfLife > 0 && e.at !== undefined ? 2 ** (-Math.max(0, now - e.at) / halfLife) : 1
    const task = state.tasks.findLast((t) => t.id === e.task)
    for (const owner of task === undefined ? [state] : [state, task]) {
      const { risk } = owner
      if (risk === null) continue
      fade(risk, now, halfLife)
      const bits = (e.added ?? e.bits) * left
      const { enforced, shadowed } = ruled({ bits, mode: e.mode ?? 'enforce', rule: e.rule ?? true })
      if (e.held === true) lessHeld(risk, enforced, shadowed)
      else if (e.rule === false) {
        if (e.mode !== 'shadow') risk.bits = Math.min(risk.bits, from(risk.bits, bits))
        risk.shadow = Math.min(risk.shadow, from(risk.shadow, bits))
      } else {
        risk.rules = from(risk.rules, enforced)
        risk.shadowRules = from(risk.shadowRules, shadowed)
      }
      if (isNothing(risk)) owner.risk = null
    }
  }
}

/** Less than a bit in all. */
const isSettled = (risk: Risk | null): boolean =>
  risk === null ||
  Math.max(risk.bits, risk.shadow, 0) + Math.max(risk.rules, risk.shadowRules) + (risk.shadowHeld ?? 0) < 1

/** Nothing stands any more: the evidence behind it may go. */
export function forgetSettled(state: AgentState): void {
  if ((state.evidence.length === 0 && state.untold === undefined) || !isSettled(state.risk)) return
  state.evidence = none
  delete state.untold
}
