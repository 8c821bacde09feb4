import { type AgentEvent, defineDetector, isAct, isHeld, looked } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** Things, not the agent’s own, that a task’s irreversible acts destroyed so far; the task last looked at is the last. */
  destroyed: Record<string, number>
}

/** Tasks of an agent that are counted at a time. */
const maxTasks = 32

// The mark: tasks are named by callers, and an object knows names of its own.
const taskOf = (event: AgentEvent): string => `:${event.task?.id ?? event.session ?? ''}`
const itemsOf = (event: AgentEvent): number => event.arguments?.items ?? 1

/** Adds to what a task destroyed. */
function count({ destroyed }: State, task: string, items: number): void {
  const now = (destroyed[task] ?? 0) + items
  delete destroyed[task]
  if (now > 0) destroyed[task] = now
  const [oldest = ''] = Object.keys(destroyed)
  if (Object.keys(destroyed).length > maxTasks) delete destroyed[oldest]
}

export default defineDetector({
  id: 'bulk-harm',
  version: 2,
  key: 'agent',
  rule: true,
  title: 'Irreversible acts on things that the agent did not make and nobody asked for, or on very many',
  why: 'What is deleted is gone before anybody looks. So each irreversible act on a thing that is not the agent’s own is asked about from the first, and one call that names hundreds counts hundreds.',
  needs: ['provenance.sink'],
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
      description: 'Things of others that one task may destroy although each of them was asked for.',
    }),
    outward: Type.Integer({ default: 100, description: 'Things that one outward act may name.' }),
    outwardBits: Type.Number({ default: 6, description: 'Evidence of an outward act that names more.' }),
  }),
  state: (): State => ({ destroyed: {} }),
  step(state, event, { scope, options }) {
    const { sink, unasked } = event.provenance ?? {}
    if (!isAct(event) || sink === undefined) return null
    const items = itemsOf(event)
    if (sink === 'outward') {
      if (items <= options.outward) return looked
      return {
        bits: options.outwardBits,
        count: items,
        everyTime: true,
        because: `one call sends ${items} things away`,
      }
    }
    if (sink !== 'irreversible') return null
    const isDeclared =
      scope?.actions !== undefined && event.action !== undefined && scope.actions.includes(event.action)
    const isUnasked = unasked !== undefined && unasked > 0 && !isDeclared
    const task = taskOf(event)
    const destroyed = (state.destroyed[task] ?? 0) + items
    if (!isHeld(event)) count(state, task, items)
    const isBeyond = items > 0 && destroyed > options.ration
    if (isUnasked)
      return {
        ...(isBeyond ? { everyTime: true } : {}),
        bits: options.bits,
        count: unasked,
        because: `${event.tool?.name ?? 'the act'} destroys ${unasked === 1 ? 'a thing' : `${unasked} things`} that the agent did not make and nobody asked for`,
      }
    if (!isBeyond) return looked
    return {
      everyTime: true,
      bits: options.bits,
      count: items,
      because: `${destroyed} things destroyed in one task, more than its ration of ${options.ration}`,
    }
  },
  held(state, event) {
    if (isAct(event) && event.provenance?.sink === 'irreversible') count(state, taskOf(event), -itemsOf(event))
  },
})
