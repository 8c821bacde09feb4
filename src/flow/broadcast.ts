/** Marks broadcast values in the changelog; no key begins with it, for keys begin with a tenant. */
const prefix = '\u0000shared/'

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

  /** The key of a value in the changelog. */
  keyOf(stream: string, key: string): string {
    return `${prefix}${stream}/${key}`
  }

  /** Puts back what the changelog has; false when the key is not one of a broadcast value. */
  restore(key: string, partition: number, state: unknown[] | string): boolean {
    if (!key.startsWith(prefix)) return false
    const at = key.indexOf('/', prefix.length)
    const [value] = typeof state === 'string' ? (JSON.parse(state) as unknown[]) : state
    this.put(partition, key.slice(prefix.length, at), key.slice(at + 1), value)
    return true
  }

  forget(partition: number): void {
    this.#values.delete(partition)
  }
}
