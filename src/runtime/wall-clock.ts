import type { Clock } from '../ports/clock.ts'

/** The machine’s clock: the only reader of time in the project. */
export const wallClock: Clock = {
  now: () => Date.now(),
  every(ms, tick) {
    const timer = setInterval(tick, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}
