import type { Rung } from '../model/command.ts'
import { rank } from './ladder.ts'
import type { Policy } from './policy.ts'

/** Automatic interruptions of late, by event time, and whether the brake has tripped. Plain JSON, per tenant. */
export interface Brake {
  times: number[]
  tripped: boolean
}

export const emptyBrake = (): Brake => ({ times: [], tripped: false })

/** The brake counts what takes authority away; a step-up already asks a person. */
export const counts = (rung: Rung): boolean => rank(rung) >= rank('tighten')

/**
 * Asks for one more automatic interruption at `time`; counted before it is issued. Once tripped it stays so until a
 * person releases it.
 */
export function take(brake: Brake, time: number, { brake: limit }: Policy): boolean {
  if (brake.tripped) return false
  const since = time - limit.window
  while (brake.times.length > 0 && (brake.times[0] as number) <= since) brake.times.shift()
  if (brake.times.length >= limit.perTenant) {
    brake.tripped = true
    return false
  }
  brake.times.push(time)
  return true
}
