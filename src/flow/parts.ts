import { type Change, type Entity, storesOf } from './entity.ts'
import { stateKey } from './state-key.ts'

/**
 * A store that holds a record of many (the commands of a tenant) would be written whole for every change of one of them.
 * So its parts are records of the changelog of their own, and the store is written without them.
 */
export class Parts {
  readonly #store: number
  readonly #name: string
  readonly #touched = new WeakMap<Entity, Set<string>>()
  /** Restored before all of their partition was: by partition, then by key. */
  readonly #restored = new Map<number, Map<string, Record<string, unknown>>>()

  /** `store`: which of a key’s stores; `name`: which property of it. */
  constructor(store: number, name: string) {
    this.#store = store
    this.#name = name
  }

  touch(entity: Entity, id: string): void {
    const ids = this.#touched.get(entity)
    if (ids === undefined) this.#touched.set(entity, new Set([id]))
    else ids.add(id)
  }

  /** What of a key has changed: its stores without the parts, and the parts that were touched. */
  *changes(entity: Entity): Generator<Change> {
    const { key, partition } = entity
    yield { key: stateKey({ kind: 'key', key }), partition, state: this.without(entity) }
    const parts = this.#of(entity)
    for (const id of this.#touched.get(entity) ?? [])
      yield {
        key: stateKey({ kind: 'part', id, key }),
        partition,
        state: Object.hasOwn(parts, id) ? [parts[id]] : null,
      }
    this.#touched.delete(entity)
  }

  /** The stores without the parts. */
  without(entity: Entity): unknown[] {
    const stores = [...storesOf(entity)]
    const state = stores[this.#store]
    if (typeof state === 'object' && state !== null) stores[this.#store] = { ...state, [this.#name]: {} }
    return stores
  }

  /** The key is gone, and its parts with it. */
  *gone(entity: Entity): Generator<Change> {
    const { key, partition } = entity
    const ids = new Set([...Object.keys(this.#of(entity)), ...(this.#touched.get(entity) ?? [])])
    for (const id of ids) yield { key: stateKey({ kind: 'part', id, key }), partition, state: null }
    this.#touched.delete(entity)
  }

  /** Puts back a part of a key; null: it is gone. */
  restore(owner: string, id: string, partition: number, state: unknown[] | string | null): void {
    const keys = this.#restored.get(partition) ?? new Map<string, Record<string, unknown>>()
    this.#restored.set(partition, keys)
    const parts = keys.get(owner) ?? {}
    keys.set(owner, parts)
    if (state === null) delete parts[id]
    else parts[id] = (typeof state === 'string' ? (JSON.parse(state) as unknown[]) : state)[0]
  }

  /** All of the partition is there: the parts come to their keys. */
  join(partition: number, entityOf: (key: string) => Entity | undefined): void {
    for (const [key, parts] of this.#restored.get(partition) ?? []) {
      const entity = entityOf(key)
      if (entity !== undefined) Object.assign(this.#of(entity), parts)
    }
    this.#restored.delete(partition)
  }

  forget(partition: number): void {
    this.#restored.delete(partition)
  }

  #of(entity: Entity): Record<string, unknown> {
    const state = storesOf(entity)[this.#store] as Record<string, Record<string, unknown>> | null | undefined
    return state?.[this.#name] ?? {}
  }
}
