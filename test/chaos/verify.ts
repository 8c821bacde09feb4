import { isDeepStrictEqual } from 'node:util'
import { Lane } from '../../src/flow/lane.ts'
import type { Topology } from '../../src/flow/topology.ts'
import { formats } from '../../src/formats/index.ts'
import type { Log } from '../../src/ports/log.ts'
import { foreignRecords } from '../../src/runtime/foreign.ts'
import { Inbox } from '../../src/runtime/inbox.ts'
import { openInlet } from '../../src/runtime/inlet.ts'
import { replayLog } from '../../src/runtime/replay.ts'
import { restorePartition } from '../../src/runtime/state.ts'
import type { Streams } from '../../src/stages/streams.ts'

export interface Verdict {
  /** The state that was left is the one that a single run over the same records gives. */
  stateEqual: boolean
  /** Keys, and the parts of their state that differ. */
  differences: string[]
  /** Records that the inboxes hold twice, and took once. */
  repeated: number
  /** Records at the end of the inboxes that the state which was left had not worked through; a start goes on with them. */
  behind: number
}

const maxDifferences = 20
const maxPaths = 8

/** Accepted events that the log does not hold. */
export async function lostOf(log: Log, accepted: ReadonlySet<string>): Promise<number> {
  const held = new Set<string>()
  for (let partition = 0; partition < log.partitions('events'); partition++)
    for await (const record of log.read('events', partition)) {
      const id = /"id":"([^"]+)"/.exec(record.value ?? '')?.[1]
      if (id !== undefined) held.add(id)
    }
  let lost = 0
  for (const id of accepted) if (!held.has(id)) lost++
  return lost
}

/**
 * Whether the state in the changelog is what one undisturbed run over the inboxes gives. Each partition is compared where its
 * state stands: ticks that came after it are in the inbox and not in the state, which is no difference.
 */
export async function compareStates(log: Log, flow: Topology<Streams>): Promise<Verdict> {
  const left = new Map<string, { inbox: Inbox<Streams>; next: number }>()
  let behind = 0
  for (const spec of flow.lanes)
    for (let partition = 0; partition < log.partitions(spec.inbox); partition++) {
      const inbox = new Inbox(new Lane(flow, spec))
      const at = { topic: spec.inbox, partition, offset: 0 }
      const { offset } = await restorePartition(log, inbox, at, () => {})
      left.set(`${spec.inbox}/${partition}`, { inbox, next: offset })
      behind += Math.max(0, (await log.range(spec.inbox, partition)).end - offset)
    }
  const differences: string[] = []
  let repeated = 0
  const replay = replayLog(flow, log, {
    foreign: foreignRecords(openInlet(formats), log),
    upTo: (topic, partition) => left.get(`${topic}/${partition}`)?.next,
    onPartition(inbox, partition) {
      repeated += inbox.repeated
      const { name, inbox: topic } = inbox.lane.spec
      const there = left.get(`${topic}/${partition}`)?.inbox
      if (there !== undefined)
        for (const each of differing(there.lane, inbox.lane, partition))
          differences.push(`${name}/${partition} ${each}`)
    },
  })
  for await (const _ of replay);
  return { stateEqual: differences.length === 0, differences: differences.slice(0, maxDifferences), repeated, behind }
}

function* differing(left: Lane<Streams>, again: Lane<Streams>, partition: number): Generator<string> {
  const states = new Map<string, unknown>()
  for (const { key, state } of left.snapshot(partition)) states.set(key, state)
  for (const { key, state } of again.snapshot(partition)) {
    if (!states.has(key)) yield `${key}: is missing`
    // As the changelog would give it back.
    const paths = [...pathsOf(states.get(key), JSON.parse(JSON.stringify(state)), '')].slice(0, maxPaths)
    if (states.has(key) && paths.length > 0) yield `${key}: ${paths.join(', ')}`
    states.delete(key)
  }
  for (const key of states.keys()) yield `${key}: is too much`
}

/** Where two states differ, as paths. */
function* pathsOf(left: unknown, again: unknown, path: string): Generator<string> {
  if (isDeepStrictEqual(left, again)) return
  if (typeof left !== 'object' || typeof again !== 'object' || left === null || again === null) {
    yield `${path || '.'} is ${JSON.stringify(left)?.slice(0, 60)}, would be ${JSON.stringify(again)?.slice(0, 60)}`
    return
  }
  const [a, b] = [left as Record<string, unknown>, again as Record<string, unknown>]
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
    yield* pathsOf(a[name], b[name], `${path}/${name}`)
}
