import { noRisk, type Risk } from '../model/agent-state.ts'

/** Risk halves with each half-life of event time; evidence never fades below nothing. */
export function fade(risk: Risk, time: number, halfLife: number): void {
  if (time <= risk.at) return
  if (halfLife > 0 && (risk.bits > 0 || risk.shadow > 0 || risk.shadowRules > 0 || risk.shadowHeld !== undefined)) {
    const left = 2 ** (-(time - risk.at) / halfLife)
    if (risk.bits > 0) risk.bits *= left
    if (risk.shadow > 0) risk.shadow *= left
    risk.rules *= left
    risk.shadowRules *= left
    if (risk.held !== undefined) risk.held *= left
    if (risk.shadowHeld !== undefined) risk.shadowHeld *= left
    if (risk.shadowHeld !== undefined && risk.shadowHeld < 0.01) {
      delete risk.held
      delete risk.shadowHeld
    }
  }
  risk.at = time
}

/** One step of the e-CUSUM: S ← max(0, S) + log2 E (Shin, Ramdas, Rinaldo, E-detectors, 2022, §3). */
export function accumulate(risk: Risk, bits: number, shadow: number): void {
  risk.bits = Math.max(0, risk.bits) + bits
  risk.shadow = Math.max(0, risk.shadow) + shadow
}

/** The risk to add evidence to, faded to `time`. Where nothing stood, it begins at `last`, the latest event time seen. */
export function standing(risk: Risk | null, time: number, last: number, halfLife: number): Risk {
  if (risk === null) return noRisk(Math.max(time, last))
  fade(risk, time, halfLife)
  return risk
}

/** What stands after an event without findings: null when nothing does, for the next step starts from nothing anyway. */
export function quietened(
  risk: Risk | null,
  { time, bits, shadow }: { time: number; bits: number; shadow: number },
  last: number,
  halfLife: number,
): Risk | null {
  if (risk === null && bits <= 0 && shadow <= 0) return null
  const after = standing(risk, time, last, halfLife)
  accumulate(after, bits, shadow)
  return isNothing(after) ? null : after
}

export const isNothing = (risk: Risk): boolean =>
  risk.bits <= 0 && risk.shadow <= 0 && risk.rules === 0 && risk.shadowRules === 0 && risk.shadowHeld === undefined
