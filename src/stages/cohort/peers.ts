import { learnSize, meanOf } from '../../detect/index.ts'
import { knownLimits, learnKnown } from '../../detect/known.ts'
import { learnValue } from '../../detect/novelty.ts'
import type { Stage, Store } from '../../flow/topology.ts'
import { emptyProfile, hashOf, type Profile, rate, traitOf } from '../../model/profile.ts'
import type { Streams } from '../streams.ts'

export interface PeersState {
  profile: Profile
  /** How many tasks it had when it was last told. */
  told: number
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
    const into = state.profile
    into.tasks++
    into.acts += lesson.acts
    for (const value of lesson.seen) learnValue(into, traitOf(value), hashOf(value), 1024)
    if (lesson.items !== undefined) learnSize(into.rates, meanOf(lesson.items), rate.items)
    if (lesson.values !== undefined) into.known = learnKnown(into.known, lesson.values, knownLimits.cohort)
    // Told at 1, 2, 3, … tasks while young, then at each growth by a quarter: bounded in the logarithm of the history.
    if (into.tasks < state.told * 1.25) return
    state.told = into.tasks
    // A copy: what was told must not change when the next lesson comes.
    context.emit('baselines', { time: lesson.time, peers: lesson.peers, profile: JSON.parse(JSON.stringify(into)) })
  },
}
