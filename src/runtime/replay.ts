import { Lane } from '../flow/lane.ts'
import type { Timed, Topology } from '../flow/topology.ts'
import type { Log } from '../ports/log.ts'
import type { Emission } from './drive.ts'

/**
 * The same lanes over what a log holds: each inbox partition is read in its order, from the oldest record kept, and only
 * what leaves the flow is answered. Nothing is written, and no channel can be reached from here.
 */
export async function* replayLog<Streams>(topology: Topology<Streams>, log: Log): AsyncIterable<Emission> {
  for (const spec of topology.lanes) {
    for (let partition = 0; partition < log.partitions(spec.inbox); partition++) {
      const lane = new Lane(topology, spec, false)
      for await (const record of log.read(spec.inbox, partition)) {
        if (record.value === null) continue
        const stream = record.headers.stream ?? ''
        const value = JSON.parse(record.value) as Timed
        if (stream === 'tick') lane.tick(value.time, partition)
        else lane.accept(stream, record.key, value, partition)
        for (const output of lane.takeOutputs())
          if (output.topic !== '') yield { topic: output.topic, key: output.key, value: output.value }
      }
    }
  }
}
