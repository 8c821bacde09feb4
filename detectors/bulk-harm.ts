import { defineDetector, isAct, looked } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** The task looked at. */
  task: string
  /** Things that its irreversible acts named so far. */
  destroyed: number
}

export default defineDetector({
  id: 'bulk-harm',
  version: 1,
  key: 'agent',
  rule: true,
  stake: 0,
  title: 'Irreversible acts on things that the agent did not make and nobody asked for, or on very many',
  why: 'What is deleted is gone before anybody looks. So each irreversible act on a thing that is not the agent’s own is asked about from the first, and one call that names hundreds counts hundreds.',
  blindSpots: [
    'Enforcement points that do not say what an act does: there volume and first-use are all there is.',
    'Things that a request names in passing and an agent deletes.',
  ],
  falseAlarms: ['Clean-up that the person meant and did not word: approve it, or declare a scope that holds delete.'],
  labels: ['ASI02', 'ASI10', 'T1485', 'AC-6'],
  options: Type.Object({
    bits: Type.Number({ default: 3.2, description: 'Evidence per act; its cost grows with the things that it names.' }),
    ration: Type.Integer({
      default: 100,
      description: 'Things that one task may destroy although each of them was asked for or its own.',
    }),
    outward: Type.Integer({ default: 100, description: 'Things that one outward act may name.' }),
    outwardBits: Type.Number({ default: 6, description: 'Evidence of an outward act that names more.' }),
  }),
  state: (): State => ({ task: '', destroyed: 0 }),
  step(state, event, { scope, options }) {
    const { sink, unasked } = event.provenance ?? {}
    if (!isAct(event) || sink === undefined) return null
    const items = event.arguments?.items ?? 1
    if (sink === 'outward') {
      if (items <= options.outward) return looked
      return { bits: options.outwardBits, count: items, because: `one call sends ${items} things away` }
    }
    if (sink !== 'irreversible') return null
    const task = event.task?.id ?? event.session ?? ''
    if (task !== state.task) {
      state.task = task
      state.destroyed = 0
    }
    state.destroyed += items
    const isDeclared =
      scope?.actions !== undefined && event.action !== undefined && scope.actions.includes(event.action)
    if (unasked !== undefined && unasked > 0 && !isDeclared)
      return {
        bits: options.bits,
        count: unasked,
        because: `${event.tool?.name ?? 'the act'} destroys ${unasked === 1 ? 'a thing' : `${unasked} things`} that the agent did not make and nobody asked for`,
      }
    if (state.destroyed <= options.ration) return looked
    return {
      bits: options.bits,
      count: items,
      because: `${state.destroyed} things destroyed in one task, more than its ration of ${options.ration}`,
    }
  },
})
