import { calibrated, countTail, defineDetector, isAct, looked, meanOf, rate, tailOf } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** The minute looked at. */
  at: number
  /** Calls and bytes at the last look: the next look is half as far again. */
  calls: number
  bytes: number
  /** Bits already given for this minute. */
  given: number
  looks: number
}

export default defineDetector({
  id: 'volume',
  version: 1,
  key: 'agent',
  rule: false,
  title: 'Far more calls, bytes or items than this agent’s own pace',
  why: 'Bulk collection and runaway agents show as volume first. Only more than usual counts; a quiet minute is no evidence.',
  needs: [],
  blindSpots: ['Slow collection that stays within the usual pace.', 'An agent with fewer than eight active minutes.'],
  falseAlarms: ['Month-end and migrations: give the task a scope, or allow the tool for the time.'],
  labels: ['ASI02', 'AML.T0085.001', 'T1119', 'SI-4'],
  options: Type.Object({
    leastCalls: Type.Integer({ default: 12, description: 'A minute with fewer calls is never looked at for calls.' }),
    leastBytes: Type.Integer({
      default: 262_144,
      description: 'A minute with fewer bytes is never looked at for bytes.',
    }),
    leastItems: Type.Integer({ default: 8, description: 'A call that names fewer items is never looked at.' }),
    maxBits: Type.Number({ default: 16, description: 'No minute counts more.' }),
  }),
  state: (): State => ({ at: 0, calls: 0, bytes: 0, given: 0, looks: 0 }),
  step(state, event, { profile, cohort, minute, options }) {
    const items = event.arguments?.items ?? 0
    if (isAct(event) && items >= options.leastItems) {
      const p =
        tailOf(profile.rates, Math.log1p(items), rate.items) ??
        (cohort === undefined ? undefined : tailOf(cohort.rates, Math.log1p(items), rate.items))
      if (p !== undefined) {
        const bits = Math.min(options.maxBits, calibrated(p))
        if (bits >= 1)
          return {
            bits,
            count: items,
            because: `one call names ${items} items; usually about ${typical(meanOf(profile.rates, rate.items))}`,
          }
      }
    }
    const [at, calls, bytes] = minute
    if (at !== state.at) {
      state.at = at
      state.calls = options.leastCalls
      state.bytes = options.leastBytes
      state.given = 0
      state.looks = 0
    }
    // A look costs a tail probability, so they are spaced by half as much again: few per minute, however fast it runs.
    if (calls < state.calls && bytes < state.bytes) return null
    const first = state.looks++ === 0
    const pace = calls >= state.calls
    if (pace) state.calls = Math.ceil(calls * 1.5)
    if (bytes >= state.bytes) state.bytes = Math.ceil(bytes * 1.5)
    const byCalls = countTail(profile.rates, calls, rate.pace)
    const byBytes = bytes < options.leastBytes ? undefined : tailOf(profile.rates, Math.log1p(bytes), rate.flow)
    if (byCalls === undefined && byBytes === undefined) return null
    // Two looks, one bet each: half the smaller p-value doubles it (Bonferroni).
    const p = Math.min(1, 2 * Math.min(byCalls ?? 1, byBytes ?? 1))
    const bits = Math.min(options.maxBits, calibrated(p))
    // Each minute is one bet, paid at its first look; later looks only raise what it won.
    if (bits <= state.given || bits < 1) return first ? looked : null
    const before = state.given
    state.given = bits
    const because =
      (byCalls ?? 1) <= (byBytes ?? 1)
        ? `${calls} calls within a minute; usually about ${Math.round(meanOf(profile.rates, rate.pace))}`
        : `${bytes} bytes within a minute; usually about ${typical(meanOf(profile.rates, rate.flow))}`
    return before > 0 ? { bits, before, because, count: calls } : { bits, because, count: calls }
  },
})

const typical = (meanLog: number): number => Math.round(Math.expm1(meanLog))
