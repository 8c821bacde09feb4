import { Lane } from '../flow/lane.ts'
import type { Topology } from '../flow/topology.ts'
import type { Raw } from '../model/raw.ts'
import type { Log } from '../ports/log.ts'
import type { Decoded } from '../stages/decode.ts'
import type { Streams } from '../stages/streams.ts'
import { Drive, type Emission } from './drive.ts'
import type { Foreign } from './foreign.ts'
import { Inbox } from './inbox.ts'
import type { Inlet, InletCounts } from './inlet.ts'
import { deadLetters } from './topics.ts'

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

/** The last moment that a date can name. */
const endOfTime = 8.64e15

/**
 * The same flow over records that are in no log, one after the other as they come: by the same inlet as live ones, and what
 * it refuses leaves the flow as a dead letter. Nothing is written, and no channel can be reached from here either.
 */
export class RecordReplay {
  readonly counts: InletCounts = { accepted: 0, rejected: 0, ignored: 0 }
  readonly #inlet: Inlet
  readonly #drive: Drive<Streams>
  readonly #sink: Decoded

  constructor(topology: Topology<Streams>, inlet: Inlet, out: (emission: Emission) => void) {
    this.#inlet = inlet
    this.#drive = new Drive(topology, out)
    this.#sink = {
      event: (event) => {
        this.counts.accepted++
        this.#drive.put('events', event)
      },
      reject: (reject) => {
        this.counts.rejected++
        out({ topic: deadLetters, key: reject.id, value: reject })
      },
      ignore: (count) => {
        this.counts.ignored += count
      },
    }
  }

  /** Every consequence has been told at the return. Stored events may be of any age: they count as received when they happened. */
  take(body: Raw['body']): void {
    this.#inlet({ body, received: endOfTime }, this.#sink, { from: 'stored' })
  }

  /** Agents whose state is held. */
  get agents(): number {
    return this.#drive.lanes.get('agent')?.stats.keys ?? 0
  }
}
