/** The last value of each broadcast stream, by partition, stream and key. */
export class Broadcast {
  readonly #values = new Map<number, Map<string, Map<string, unknown>>>()

  put(partition: number, stream: string, key: string, value: unknown): void {
    const streams = this.#values.get(partition) ?? new Map<string, Map<string, unknown>>()
    this.#values.set(partition, streams)
    const values = streams.get(stream) ?? new Map<string, unknown>()
    streams.set(stream, values)
    values.set(key, value)
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
