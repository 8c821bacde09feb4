import type { Rung } from '../model/command.ts'
import { rank } from './ladder.ts'
import type { Policy } from './policy.ts'

/** Automatic interruptions of late on the word of one publisher, and whether the brake has tripped for it. Plain JSON. */
export interface Brake {
  times: number[]
  tripped: boolean
}

export const emptyBrake = (): Brake => ({ times: [], tripped: false })

/** The brakes of a tenant, by publisher: who invents incidents uses up nobody else’s. */
export type Brakes = Record<string, Brake>

/** More publishers than this share one brake, as do those who are not known. */
const maxBrakes = 256

export function brakeFor(brakes: Brakes, publisher = ''): Brake {
  const name = Object.hasOwn(brakes, publisher) || Object.keys(brakes).length < maxBrakes ? publisher : ''
  if (!Object.hasOwn(brakes, name)) Object.defineProperty(brakes, name, { ...plain, value: emptyBrake() })
  return brakes[name] as Brake
}
/** A name comes from outside, and may be `__proto__`. */
const plain = { enumerable: true, writable: true, configurable: true }

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
