import { Lane } from '../flow/lane.ts'
import type { Topology } from '../flow/topology.ts'
import type { Log } from '../ports/log.ts'
import type { Emission } from './drive.ts'
import type { Foreign } from './foreign.ts'
import { Inbox } from './inbox.ts'

export interface ReplayOptions<Streams> {
  /** Reads records that others wrote into the events inbox. */
  foreign?: Foreign
  /** Where to stop in a partition of an inbox: the offset of the first record that is left out. Absent: at its end. */
  upTo?(topic: string, partition: number): number | undefined
  /** A partition has been read: the state it led to. */
  onPartition?(inbox: Inbox<Streams>, partition: number): void
}

/**
 * The same lanes over what a log holds: each inbox partition is read in its order, from the oldest record kept, and only
 * what leaves the flow is answered. Nothing is written, and no channel can be reached from here.
 */
export async function* replayLog<Streams>(
  topology: Topology<Streams>,
  log: Log,
  options: ReplayOptions<Streams> = {},
): AsyncIterable<Emission> {
  for (const spec of topology.lanes) {
    for (let partition = 0; partition < log.partitions(spec.inbox); partition++) {
      const inbox = new Inbox(new Lane(topology, spec, false), spec.inbox === 'events' ? options.foreign : undefined)
      const emitted: Emission[] = []
      const end = options.upTo?.(spec.inbox, partition) ?? Number.POSITIVE_INFINITY
      for await (const record of log.read(spec.inbox, partition)) {
        if (record.offset >= end) break
        inbox.take(record, ({ topic, key, value }) => {
          if (topic !== '') emitted.push({ topic, key, value })
        })
        yield* emitted.splice(0)
      }
      options.onPartition?.(inbox, partition)
    }
  }
}
