import type { Output } from '../flow/lane.ts'
import type { StreamSpec, Topology } from '../flow/topology.ts'
import type { Append, Log } from '../ports/log.ts'
import { atHeader, causeHeader } from './inbox.ts'

/** Where what the flow puts out goes in the log: the topic it names, or the inboxes of the lanes that read its stream. */
export class Router<Streams> {
  readonly #topology: Topology<Streams>
  readonly #log: Pick<Log, 'partitions'>

  constructor(topology: Topology<Streams>, log: Pick<Log, 'partitions'>) {
    this.#topology = topology
    this.#log = log
  }

  /** With a cause it is taken once, however often it comes. */
  route(output: Output, into: Append[], cause?: string): void {
    const value = JSON.stringify(output.value)
    if (output.topic !== '') {
      into.push({ topic: output.topic, key: output.key, value, headers: headersOf(output.stream) })
      return
    }
    const headers =
      cause === undefined
        ? headersOf(output.stream)
        : {
            stream: output.stream,
            [causeHeader]: cause,
            ...(output.at === undefined ? {} : { [atHeader]: String(output.at) }),
          }
    const spec = this.#topology.streams[output.stream as keyof Streams & string] as StreamSpec<unknown>
    for (const { name, inbox } of this.#topology.lanes) {
      if (spec.lane === undefined ? spec.broadcast !== true : spec.lane !== name) continue
      if (spec.broadcast === true)
        for (let partition = 0; partition < this.#log.partitions(inbox); partition++)
          into.push({ topic: inbox, partition, key: output.key, value, headers })
      else into.push({ topic: inbox, key: output.key, value, headers })
    }
  }

  /** A value that comes from outside the flow. */
  put<Name extends keyof Streams & string>(stream: Name, value: Streams[Name], into: Append[], cause?: string): void {
    const key = this.#topology.streams[stream].key?.(value) ?? ''
    this.route({ topic: '', stream, key, value }, into, cause)
  }
}

const known = new Map<string, Readonly<Record<string, string>>>()

/** One frozen header object per stream: thousands of records share it. */
export function headersOf(stream: string): Readonly<Record<string, string>> {
  let headers = known.get(stream)
  if (headers === undefined) {
    headers = Object.freeze({ stream })
    known.set(stream, headers)
  }
  return headers
}
