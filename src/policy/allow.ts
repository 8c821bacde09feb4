import type { Act } from '../model/finding.ts'
import type { Allowance, Policy } from './policy.ts'

/** The allowance that forgives an act, if there is one. Honoured at the decision and again at the enforcement point. */
export const allowanceFor = (
  policy: Policy,
  agent: string,
  act: Act,
  detectors: readonly string[],
  now: number,
): Allowance | undefined =>
  policy.allow.find(
    (a) =>
      (a.until === undefined || a.until > now) &&
      (a.agent === undefined || a.agent === agent) &&
      (a.tool === undefined || a.tool === act.tool) &&
      (a.action === undefined || a.action === act.action) &&
      (a.destination === undefined || (act.destinations ?? []).includes(a.destination)) &&
      (a.detector === undefined || (detectors.length > 0 && detectors.every((d) => d === a.detector))),
  )
