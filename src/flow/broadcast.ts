import { Shares } from './shares.ts'
import type { StreamSpec } from './topology.ts'

type StreamBound = NonNullable<StreamSpec<unknown>['bound']>

/** The oldest goes of who has more than an even share. Such moments are rare: the shares are counted when they come. */
function makeRoom(values: Map<string, unknown>, keep: string, { owner }: StreamBound): string | undefined {
  const shares = new Shares()
  for (const key of values.keys()) shares.add(owner(key))
  for (const key of values.keys())
    if (key !== keep && shares.hasEnough(owner(key))) {
      values.delete(key)
      return key
    }
  return undefined
}

/** The last value of each broadcast stream, by partition, stream and key. */
export class Broadcast {
  readonly #values = new Map<number, Map<string, Map<string, unknown>>>()

  /** Answers the key of the value that made room. */
  put(partition: number, stream: string, key: string, value: unknown, bound?: StreamBound): string | undefined {
    const streams = this.#values.get(partition) ?? new Map<string, Map<string, unknown>>()
    this.#values.set(partition, streams)
    const values = streams.get(stream) ?? new Map<string, unknown>()
    streams.set(stream, values)
    // The latest last.
    values.delete(key)
    values.set(key, value)
    return bound === undefined || values.size <= bound.values ? undefined : makeRoom(values, key, bound)
  }

  drop(partition: number, stream: string, key: string): void {
    this.#values.get(partition)?.get(stream)?.delete(key)
  }

  /** As one partition has it. */
  get(partition: number, stream: string, key: string): unknown {
    return this.#values.get(partition)?.get(stream)?.get(key)
  }

  /** As the first partition has it that has one. */
  find(stream: string, key: string): unknown {
    for (const streams of this.#values.values()) {
      const value = streams.get(stream)?.get(key)
      if (value !== undefined) return value
    }
    return undefined
  }

  /** Puts back what the changelog has. */
  restore(partition: number, stream: string, key: string, state: unknown[] | string): void {
    const [value] = typeof state === 'string' ? (JSON.parse(state) as unknown[]) : state
    this.put(partition, stream, key, value)
  }

  forget(partition: number): void {
    this.#values.delete(partition)
  }
}
