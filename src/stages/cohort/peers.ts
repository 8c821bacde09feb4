import { learnSize, meanOf } from '../../detect/index.ts'
import { knownLimits, learnKnown } from '../../detect/known.ts'
import { learnValue } from '../../detect/novelty.ts'
import type { Stage, Store } from '../../flow/topology.ts'
import type { Origin } from '../../model/origin.ts'
import { emptyProfile, hashOf, type Profile, rate, traitOf } from '../../model/profile.ts'
import type { Streams } from '../streams.ts'

export interface PeersState {
  profile: Profile
  /** How many tasks it had when it was last told. */
  told: number
  /** Whose cohort it is: who was the first to teach it, unless somebody is bound to what he says. Absent: nobody known. */
  owner?: { publisher: string; bound?: true }
}

export const peersStore: Store<PeersState> = { name: 'peers', init: () => ({ profile: emptyProfile(), told: 0 }) }

/** Gathers lessons under a cohort (or the fleet) and tells every agents’ partition now and then. */
export const peers: Stage<Streams, 'lessons', PeersState> = {
  name: 'peers',
  from: 'lessons',
  to: ['baselines'],
  store: peersStore,
  run(lesson, context) {
    const { state } = context
    if (!mayTeach(state, lesson.origin)) return
    const into = state.profile
    into.tasks++
    into.acts += lesson.acts
    for (const value of lesson.seen) learnValue(into, traitOf(value), hashOf(value), 1024)
    if (lesson.items !== undefined) learnSize(into.rates, meanOf(lesson.items), rate.items)
    if (lesson.values !== undefined) into.known = learnKnown(into.known, lesson.values, knownLimits.cohort, lesson.by)
    // Told at 1, 2, 3, … tasks while young, then at each growth by a quarter: bounded in the logarithm of the history.
    if (into.tasks < state.told * 1.25) return
    state.told = into.tasks
    // A copy: what was told must not change when the next lesson comes.
    context.emit('baselines', { time: lesson.time, peers: lesson.peers, profile: JSON.parse(JSON.stringify(into)) })
  },
}

/** Nobody puts agents of his into a cohort of others to teach it. Whoever is bound to his agents takes it over, empty. */
function mayTeach(state: PeersState, origin: Origin | undefined): boolean {
  if (origin === undefined) return true
  const { owner } = state
  const { publisher } = origin
  if (origin.owner !== true) {
    state.owner ??= { publisher }
    return state.owner.publisher === publisher
  }
  if (owner?.bound === true || (publisher === 'local' && owner !== undefined)) return true
  if (owner !== undefined && owner.publisher !== publisher) {
    state.profile = emptyProfile()
    state.told = 0
  }
  state.owner = { publisher, bound: true }
  return true
}
