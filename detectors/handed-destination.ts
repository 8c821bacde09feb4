import { defineDetector, hash32, isAct } from 'rescind/detect'
import { Type } from 'typebox'

/** Most that is kept of one trace: readings, digests of all of them, what the first request named, findings. */
const limits = { reads: 64, digests: 512, named: 128, told: 64 } as const

interface State {
  /** The agent that the trace began with: its request is a person’s. Empty: none yet. */
  root: string
  named: number[]
  /** That request hands over to what is read. */
  hands: boolean
  reads: { event: string; agent: string; written: number[]; spoken: number[] }[]
  /** Aims already told of. */
  told: number[]
}

export default defineDetector({
  id: 'handed-destination',
  version: 1,
  key: 'trace',
  rule: true,
  title: 'Act aimed at what only a text named that another agent of the trace read',
  why: 'An agent that reads injected text may hand its address on: to the agent that sends, it stands in the request. What each reads and aims at is compared by keyed digests, and only what the trace began with is a person’s request.',
  needs: ['trace', 'keyed'],
  blindSpots: [
    'The first such act of an agent is found, not held: its guard decides before the monitor has joined the trace. The next one is held.',
    'Agents that do not propagate trace context, and agents that go by one name.',
    'A value that is changed on the way: another mailbox of the same domain, an address told in words, a path or a name.',
    'What is read outside of a task: tool lists, instructions of servers, logs. What a visit tells its host.',
    'An act that reaches the monitor before the reading does.',
    'A reading that the last 64 in its trace, or 512 digests, have pushed out.',
  ],
  falseAlarms: [
    'A first request that leaves it to a text where to send, in words that are not understood as that: declare the destination.',
    'A trace whose first request no guard knows, or that begins with an agent without a guard: a person may have named what a text names too. Tell the guard the request, or declare the destination.',
  ],
  labels: ['ASI01', 'ASI07', 'AML.T0051.001', 'AC-4'],
  options: Type.Object({
    bits: Type.Number({ default: 10.5, description: 'Evidence of one act, as of an identifier from running text.' }),
    handedBits: Type.Number({
      default: 4,
      description:
        'The same where the first request hands over to what is read, and the text does not speak to the model.',
    }),
  }),
  state: (): State => ({ root: '', named: [], hands: false, reads: [], told: [] }),
  wants: ({ keyed }) => keyed !== undefined,
  step(state, event, { options }) {
    const { keyed, agent } = event
    if (keyed === undefined) return null
    if (state.root === '') state.root = agent.id
    if (agent.id === state.root) {
      if (keyed.named !== undefined) state.hands = keyed.hands === true
      for (const each of keyed.named ?? []) {
        const digest = short(each)
        if (state.named.length < limits.named && !state.named.includes(digest)) state.named.push(digest)
      }
    }
    const { written = [], spoken = [] } = keyed
    if (written.length > 0 || spoken.length > 0)
      remember(state, { event: event.id, agent: agent.id, written: written.map(short), spoken: spoken.map(short) })
    if (!isAct(event)) return null
    for (const each of keyed.aims ?? []) {
      const aim = each.map(short)
      if (aim.some((digest) => state.named.includes(digest))) continue
      const others = state.reads.filter((read) => read.agent !== agent.id)
      const told = others.findLast((read) => aim.some((digest) => read.spoken.includes(digest)))
      const read = told ?? others.findLast((r) => aim.some((digest) => r.written.includes(digest)))
      // Once for each agent: the same act again adds nothing.
      const once = hash32(`${agent.id} ${each[0]}`)
      if (read === undefined || state.told.includes(once)) continue
      state.told = [...state.told, once].slice(-limits.told)
      const what = `${event.action ?? 'act'} ${event.tool?.name ?? ''}`.trim()
      const to = event.destinations?.find((d) => d.seen?.in === 'request' || d.seen?.in === 'unknown')
      return {
        bits: state.hands && told === undefined ? options.handedBits : options.bits,
        because: `${what} to ${to?.kind ?? 'destination'} ${to?.display ?? to?.hash ?? ''}, which stands only in text that ${read.agent} read in this trace, not in the request that it began with`,
        evidence: [read.event],
      }
    }
    return null
  },
})

/** The first 52 bits of a keyed digest, as a number. */
const short = (digest: string): number => Number.parseInt(digest.slice(0, 13), 16) || 0

const sizeOf = ({ written, spoken }: State['reads'][number]): number => written.length + spoken.length

function remember(state: State, read: State['reads'][number]): void {
  state.reads.push(read)
  let kept = state.reads.reduce((sum, each) => sum + sizeOf(each), 0)
  for (let [oldest] = state.reads; oldest !== undefined && oldest !== read; [oldest] = state.reads) {
    if (kept <= limits.digests && state.reads.length <= limits.reads) return
    kept -= sizeOf(oldest)
    state.reads.shift()
  }
}
