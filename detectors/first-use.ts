import { defineDetector, inTask, isAct, looked, newValueProbability, shownIn, surprise } from 'rescind/detect'
import { Type } from 'typebox'

const names = ['tool', 'dataset', 'action class', 'destination'] as const
const traits = ['tools', 'datasets', 'actions', 'destinations'] as const
/** How the bet is divided when an act could be new in several ways. */
const bets = [0.45, 0.15, 0.25, 0.15] as const

export default defineDetector({
  id: 'first-use',
  version: 3,
  key: 'agent',
  rule: false,
  title: 'Tool, dataset, action class or destination that is new for this agent',
  why: 'An agent that did the same few things for a month and now does another was changed, misled or taken over.',
  needs: [['tool', 'action', 'resource.dataset', 'destinations']],
  blindSpots: [
    'Harm with tools and data that the agent always uses.',
    'Agents with little history: they look new at everything.',
    'What more is new in a task that was new before: novelty comes in bursts, and only its first piece counts in full.',
  ],
  falseAlarms: ['A new release of the agent: its first tasks are new once, then learned.'],
  labels: ['ASI02', 'ASI10', 'AML.T0053', 'AC-2(12)'],
  options: Type.Object({
    maxBits: Type.Number({
      default: 14,
      description: 'No first use counts more: models of novelty are not surer than this.',
    }),
  }),
  state: () => null,
  step(_state, event, kit) {
    // Only the first showing of a value in a task is a chance of novelty; the rest of the task says nothing more.
    if (!isAct(event) || kit.fresh === 0) return null
    if (kit.novel === 0) return looked
    let bet = 0
    let won = 0
    let rarest = 1
    let what = ''
    for (let i = 0; i < 4; i++) {
      if ((kit.fresh & (1 << i)) === 0) continue
      const share = bets[i] ?? 0
      bet += share
      if ((kit.novel & (1 << i)) === 0 || isAccountedFor(i, event)) continue
      const trait = traits[i] ?? 'tools'
      const elsewhere = newValueProbability(trait, kit.hashes[i] ?? 0, kit.profile, kit.cohort, kit.fleet)
      const { shown, novel } = shownIn(kit.shown, trait, kit.profile)
      const p = inTask(elsewhere, shown, novel)
      won += share / Math.max(p, 2 ** -kit.options.maxBits)
      if (p < rarest || what === '') {
        rarest = p
        what = names[i] ?? ''
      }
    }
    const bits = Math.min(kit.options.maxBits, Math.log2(won / bet))
    if (bits <= 0) return looked
    return {
      bits,
      because: `first use of ${what} ${label(what, event)}: about ${odds(rarest)} for this agent`,
      evidence: [],
    }
  },
})

/**
 * Where the event says where its arguments came from, a new destination is judged by that (untrusted-destination), and a
 * tool that the request asks for is new because the request is. A bet that does not win keeps E[e] <= 1.
 */
const isAccountedFor = (trait: number, { provenance }: Parameters<typeof isAct>[0]): boolean =>
  provenance?.request !== undefined && (trait === 3 || (trait !== 1 && provenance.asked === true))

function label(what: string, event: Parameters<typeof isAct>[0]): string {
  if (what === 'tool') return event.tool?.name ?? ''
  if (what === 'dataset') return event.resource?.dataset ?? ''
  if (what === 'action class') return event.action ?? ''
  return event.destinations?.[0]?.display ?? event.destinations?.[0]?.hash ?? ''
}

const odds = (p: number): string => (surprise(p) < 1 ? 'nothing unusual' : `1 in ${Math.round(1 / p)}`)
