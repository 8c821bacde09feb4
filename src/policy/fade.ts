import type { Risk } from '../model/agent-state.ts'

/** Risk halves with each half-life of event time; evidence never fades below nothing. */
export function fade(risk: Risk, time: number, halfLife: number): void {
  if (time <= risk.at) return
  if (halfLife > 0 && (risk.bits > 0 || risk.shadow > 0 || risk.shadowRules > 0)) {
    const left = 2 ** (-(time - risk.at) / halfLife)
    if (risk.bits > 0) risk.bits *= left
    if (risk.shadow > 0) risk.shadow *= left
    risk.rules *= left
    risk.shadowRules *= left
  }
  risk.at = time
}

/** One step of the e-CUSUM: S ← max(0, S) + log2 E (Shin, Ramdas, Rinaldo, E-detectors, 2022, §3). */
export function accumulate(risk: Risk, bits: number, shadow: number): void {
  risk.bits = Math.max(0, risk.bits) + bits
  risk.shadow = Math.max(0, risk.shadow) + shadow
}
