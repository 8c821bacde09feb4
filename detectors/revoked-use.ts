import { defineDetector, isAct, seconds } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** What was taken back: [command, applied at, not issued after] flattened, newest last. */
  revocations: (string | number)[]
}
const width = 3

export default defineDetector({
  id: 'revoked-use',
  version: 1,
  key: 'credential',
  rule: true,
  title: 'Act with authority that was revoked',
  why: 'The closed loop: a revocation that some path does not honour shows as an act that still succeeds after it was applied.',
  needs: [],
  blindSpots: ['Paths that no enforcement point reports.'],
  falseAlarms: ['Acts in flight while the command was applied: the grace covers them.'],
  labels: ['ASI03', 'NHI1:2025', 'T1550.001', 'AC-12'],
  options: Type.Object({
    bits: Type.Number({ default: 20, description: 'Evidence of an act that was allowed.' }),
    deniedBits: Type.Number({ default: 3, description: 'Evidence of an act that the point denied: a try.' }),
    grace: Type.Integer({
      default: seconds(2),
      description: 'Acts this soon after it was applied were in flight, ms.',
    }),
  }),
  state: (): State => ({ revocations: [] }),
  wants: (_event, kit) => kit.introduced || kit.revoked,
  step(state, event, { options }) {
    const { revocations } = state
    if (revocations.length === 0 || (!isAct(event) && event.kind !== 'outcome')) return null
    // An attempt is judged when its outcome is known.
    if (event.kind === 'attempt') return null
    const issued = event.credential?.issued
    for (let i = revocations.length - width; i >= 0; i -= width) {
      if (event.time <= (revocations[i + 1] as number) + options.grace) continue
      if (issued !== undefined && issued > (revocations[i + 2] as number)) continue
      const tried = event.outcome === 'denied' || event.outcome === 'stepped-up'
      return {
        bits: tried ? options.deniedBits : options.bits,
        because: `${tried ? 'tried to act' : 'acted'} with authority revoked by command ${String(revocations[i])}`,
      }
    }
    return null
  },
  revoked(state, revocation) {
    const { revocations } = state
    for (let i = 0; i < revocations.length; i += width) {
      if (revocations[i] !== revocation.command) continue
      if (revocation.released) revocations.splice(i, width)
      return
    }
    if (revocation.released) return
    if (revocations.length >= 8 * width) revocations.splice(0, width)
    revocations.push(revocation.command, revocation.time, revocation.notIssuedAfter)
  },
})
