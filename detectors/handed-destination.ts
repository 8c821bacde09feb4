import { defineDetector, hash32, isAct } from 'rescind/detect'
import { Type } from 'typebox'

/** Most that is kept of one trace: readings, digests of all of them, what the first request named, findings. */
const limits = { reads: 64, digests: 512, named: 128, told: 64 } as const

interface State {
  /** The agent that the trace began with: its request is a person’s. Empty: none yet. */
  root: string
  named: number[]
  reads: { event: string; agent: string; digests: number[] }[]
  /** Aims already told of. */
  told: number[]
}

export default defineDetector({
  id: 'handed-destination',
  version: 1,
  key: 'trace',
  rule: true,
  stake: 0,
  title: 'Act aimed at what only a text named that another agent of the trace read',
  why: 'An agent that reads injected text may hand its address on: to the agent that sends, it stands in the request. What each reads and aims at is compared by keyed digests, and only what the trace began with is a person’s request.',
  blindSpots: [
    'The first such act of an agent is found, not held: its guard decides before the monitor has joined the trace. The next one is held.',
    'Agents that do not propagate trace context, and agents that go by one name.',
    'A value that is changed on the way: another mailbox of the same domain, an address told in words, a path or a name.',
    'What is read outside of a task: tool lists, instructions of servers, logs. What a visit tells its host.',
    'An act that reaches the monitor before the reading does.',
    'A reading that the last 64 in its trace, or 512 digests, have pushed out.',
  ],
  falseAlarms: [
    'A trace whose first request no guard knows, or that begins with an agent without a guard: a person may have named what a text names too. Tell the guard the request, or declare the destination.',
  ],
  labels: ['ASI01', 'ASI07', 'AML.T0051.001', 'AC-4'],
  options: Type.Object({
    bits: Type.Number({ default: 10.5, description: 'Evidence of one act, as of an identifier from running text.' }),
  }),
  state: (): State => ({ root: '', named: [], reads: [], told: [] }),
  wants: ({ keyed }) => keyed !== undefined,
  step(state, event, { options }) {
    const { keyed, agent } = event
    if (keyed === undefined) return null
    if (state.root === '') state.root = agent.id
    if (agent.id === state.root)
      for (const each of keyed.named ?? []) {
        const digest = short(each)
        if (state.named.length < limits.named && !state.named.includes(digest)) state.named.push(digest)
      }
    if (keyed.written !== undefined) remember(state, event.id, agent.id, keyed.written.map(short))
    if (!isAct(event)) return null
    for (const each of keyed.aims ?? []) {
      const aim = each.map(short)
      if (aim.some((digest) => state.named.includes(digest))) continue
      const read = state.reads.findLast((r) => r.agent !== agent.id && aim.some((digest) => r.digests.includes(digest)))
      // Once for each agent: the same act again adds nothing.
      const once = hash32(`${agent.id} ${each[0]}`)
      if (read === undefined || state.told.includes(once)) continue
      state.told = [...state.told, once].slice(-limits.told)
      const what = `${event.action ?? 'act'} ${event.tool?.name ?? ''}`.trim()
      const to = event.destinations?.find((d) => d.seen?.in === 'request' || d.seen?.in === 'unknown')
      return {
        bits: options.bits,
        because: `${what} to ${to?.kind ?? 'destination'} ${to?.display ?? to?.hash ?? ''}, which stands only in text that ${read.agent} read in this trace, not in the request that it began with`,
        evidence: [read.event],
      }
    }
    return null
  },
})

/** The first 52 bits of a keyed digest, as a number. */
const short = (digest: string): number => Number.parseInt(digest.slice(0, 13), 16) || 0

function remember(state: State, event: string, agent: string, digests: number[]): void {
  state.reads.push({ event, agent, digests })
  let kept = state.reads.reduce((sum, read) => sum + read.digests.length, 0)
  while (state.reads.length > 1 && (kept > limits.digests || state.reads.length > limits.reads))
    kept -= state.reads.shift()?.digests.length ?? 0
}
