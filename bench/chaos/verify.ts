import { createHash } from 'node:crypto'
import { Lane } from '../../src/flow/lane.ts'
import type { Topology } from '../../src/flow/topology.ts'
import { formats } from '../../src/formats/index.ts'
import { canonicalText } from '../../src/formats/kit/canonical.ts'
import type { Log } from '../../src/ports/log.ts'
import { foreignRecords } from '../../src/runtime/foreign.ts'
import { Inbox } from '../../src/runtime/inbox.ts'
import { openInlet } from '../../src/runtime/inlet.ts'
import { replayLog } from '../../src/runtime/replay.ts'
import { restorePartition } from '../../src/runtime/state.ts'
import type { Streams } from '../../src/stages/streams.ts'

interface Verdict {
  /** Accepted events that the log does not hold. */
  lost: number
  /** The state that was left is the one that one run over the inboxes gives. */
  stateEqual: boolean
  differences: string[]
  /** Records that the inboxes hold twice, and took once. */
  repeated: number
}

/** Each key’s state as a digest, by lane and partition. */
type Digests = Map<string, Map<string, string>>

export async function verify(parts: {
  log: Log
  flow: Topology<Streams>
  accepted: ReadonlySet<string>
}): Promise<Verdict> {
  const { log, flow, accepted } = parts
  const held = new Set<string>()
  for (let partition = 0; partition < log.partitions('events'); partition++)
    for await (const record of log.read('events', partition)) {
      const id = /"id":"([^"]+)"/.exec(record.value ?? '')?.[1]
      if (id !== undefined) held.add(id)
    }
  let lost = 0
  for (const id of accepted) if (!held.has(id)) lost++

  const left: Digests = new Map()
  for (const spec of flow.lanes)
    for (let partition = 0; partition < log.partitions(spec.inbox); partition++) {
      const inbox = new Inbox(new Lane(flow, spec))
      await restorePartition(log, inbox, { topic: spec.inbox, partition, offset: 0 }, () => {})
      left.set(`${spec.name}/${partition}`, digestsOf(inbox.lane, partition))
    }
  const again: Digests = new Map()
  let repeated = 0
  const foreign = foreignRecords(openInlet(formats), log)
  const replay = replayLog(flow, log, {
    foreign,
    onPartition(inbox, partition) {
      again.set(`${inbox.lane.spec.name}/${partition}`, digestsOf(inbox.lane, partition))
      repeated += inbox.repeated
    },
  })
  for await (const _ of replay);
  const differences = compare(left, again)
  return { lost, stateEqual: differences.length === 0, differences: differences.slice(0, 20), repeated }
}

function digestsOf(lane: Lane<Streams>, partition: number): Map<string, string> {
  const digests = new Map<string, string>()
  for (const { key, state } of lane.snapshot(partition))
    digests.set(
      key,
      createHash('sha256')
        .update(canonicalText(JSON.stringify(state)))
        .digest('hex'),
    )
  return digests
}

function compare(left: Digests, again: Digests): string[] {
  const differences: string[] = []
  for (const [place, keys] of again) {
    const other = left.get(place) ?? new Map<string, string>()
    for (const [key, digest] of keys)
      if (other.get(key) !== digest) differences.push(`${place} ${key}: ${other.has(key) ? 'differs' : 'is missing'}`)
    for (const key of other.keys()) if (!keys.has(key)) differences.push(`${place} ${key}: is too much`)
  }
  return differences
}
