import { Lane, type Output } from '../flow/lane.ts'
import type { Timed, Topology } from '../flow/topology.ts'

/** What left the flow for the outside, in order. */
export interface Emission {
  topic: string
  key: string
  value: unknown
}

/**
 * The topology without a log, synchronous: the test moves time, and each record has had all its consequences when `put`
 * returns. One partition per lane. Records between lanes pass as objects; stages do not change their input.
 */
export class Drive<Streams> {
  readonly lanes: ReadonlyMap<string, Lane<Streams>>
  readonly #topology: Topology<Streams>
  readonly #out: (emission: Emission) => void

  constructor(topology: Topology<Streams>, out: (emission: Emission) => void = () => {}) {
    this.#topology = topology
    this.#out = out
    this.lanes = new Map(topology.lanes.map((spec) => [spec.name, new Lane(topology, spec, false)]))
  }

  put<Name extends keyof Streams & string>(stream: Name, value: Streams[Name] & Timed): void {
    const spec = this.#topology.streams[stream]
    this.#deliver({ topic: '', stream, key: spec.key?.(value) ?? '', value })
  }

  /** Quiet time passes in every lane. */
  tick(time: number): void {
    for (const lane of this.lanes.values()) {
      lane.tick(time, 0)
      this.#drain(lane)
    }
  }

  #deliver(output: Output): void {
    const spec = this.#topology.streams[output.stream as keyof Streams & string]
    if (output.topic !== '') {
      this.#out({ topic: output.topic, key: output.key, value: output.value })
      return
    }
    for (const lane of this.lanes.values()) {
      if (spec.lane === undefined ? spec.broadcast !== true : spec.lane !== lane.spec.name) continue
      lane.accept(output.stream, output.key, output.value as Timed, 0, output.at)
      this.#drain(lane)
    }
  }

  #drain(lane: Lane<Streams>): void {
    if (lane.quiet) return
    for (const output of lane.takeOutputs()) this.#deliver(output)
  }
}
