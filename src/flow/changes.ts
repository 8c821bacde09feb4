import type { Change, Entity } from './entity.ts'
import type { Parts } from './parts.ts'
import { stateKey } from './state-key.ts'

/** What changed and was not taken yet, by partition, for each has a changelog of its own. */
export class Changes {
  readonly #isKept: boolean
  readonly #parts: Parts | undefined
  readonly #entities = new Map<number, Entity[]>()
  /** Of keys that are gone, and broadcast values. */
  readonly #others = new Map<number, Change[]>()
  /** Characters of what changed, as far as its size is known, by partition. */
  readonly #sizes = new Map<number, number>()

  /** `isKept`: whether anybody takes them. */
  constructor(isKept: boolean, parts: Parts | undefined) {
    this.#isKept = isKept
    this.#parts = parts
  }

  markDirty(entity: Entity): void {
    if (entity.dirty || !this.#isKept) return
    entity.dirty = true
    this.#sizes.set(entity.partition, this.size(entity.partition) + entity.size)
    const list = this.#entities.get(entity.partition)
    if (list === undefined) this.#entities.set(entity.partition, [entity])
    else list.push(entity)
  }

  /** A part of a key’s store was made, changed or removed. */
  touch(entity: Entity, part: string): void {
    this.markDirty(entity)
    if (this.#isKept) this.#parts?.touch(entity, part)
  }

  note(change: Change): void {
    if (!this.#isKept) return
    const list = this.#others.get(change.partition)
    if (list === undefined) this.#others.set(change.partition, [change])
    else list.push(change)
  }

  /** The key is forgotten for good. */
  gone(entity: Entity): void {
    entity.dirty = false
    this.note({ key: stateKey({ kind: 'key', key: entity.key }), partition: entity.partition, state: null })
    for (const change of this.#parts?.gone(entity) ?? []) this.note(change)
  }

  /** Of one partition, or of all. */
  take(partition?: number): Change[] {
    const out: Change[] = []
    const taken = partition === undefined ? new Set([...this.#others.keys(), ...this.#entities.keys()]) : [partition]
    for (const p of taken) {
      for (const change of this.#others.get(p) ?? []) out.push(change)
      for (const e of this.#entities.get(p) ?? []) {
        if (!e.dirty) continue
        e.dirty = false
        if (this.#parts === undefined)
          out.push({ key: stateKey({ kind: 'key', key: e.key }), partition: p, state: e.stores })
        else out.push(...this.#parts.changes(e))
      }
      this.forget(p)
    }
    return out
  }

  /** How many keys of a partition changed. */
  count(partition: number): number {
    return (this.#entities.get(partition)?.length ?? 0) + (this.#others.get(partition)?.length ?? 0)
  }

  /** How large what changed in a partition was when it was last written, characters. */
  size(partition: number): number {
    return this.#sizes.get(partition) ?? 0
  }

  forget(partition: number): void {
    this.#entities.delete(partition)
    this.#sizes.delete(partition)
    this.#others.delete(partition)
  }
}
