import { type ColdStore, type Entity, type LaneStats, storesOf, textOf } from './entity.ts'
import { Shares } from './shares.ts'
import type { LaneSpec } from './topology.ts'

export interface KeysParts {
  spec: Pick<LaneSpec, 'maxKeys' | 'idleMs' | 'owner'>
  stats: LaneStats
  cold: ColdStore | undefined
  /** Where a lane that forgets keeps each key’s last time: behind its stores, so that the changelog has it. */
  lastAt: number
  /** A partition’s time, ms. */
  now(partition: number): number
  /** A key is forgotten for good. */
  onGone(entity: Entity): void
}

/**
 * The keys of a lane: as many as there is room for, and none that was quiet for too long. The rest goes to the cold store, or
 * is forgotten where there is none.
 */
export class Keys {
  readonly #o: KeysParts
  readonly #entities = new Map<string, Entity>()
  readonly #shares = new Shares()
  #hand = this.#entities.values()

  constructor(parts: KeysParts) {
    this.#o = parts
  }

  get(key: string): Entity | undefined {
    return this.#entities.get(key)
  }

  names(): IterableIterator<string> {
    return this.#entities.keys()
  }

  /** Those of a partition that are not idle, in no order. */
  *of(partition: number): Generator<Entity> {
    for (const e of this.#entities.values()) if (e.partition === partition && !this.#isIdle(e)) yield e
  }

  /** All of a partition, idle or not: for what acts when time moves. */
  *all(partition: number): Generator<Entity> {
    for (const e of this.#entities.values()) if (e.partition === partition) yield e
  }

  /** The key, which has something to do now: made, or come back, when it is not there. */
  touch(key: string, partition: number): Entity {
    const { cold, stats, spec, lastAt } = this.#o
    let entity = this.#entities.get(key)
    // Forgotten means forgotten, however late the sweep comes by.
    if (entity !== undefined && this.#isIdle(entity)) {
      entity.stores = []
      stats.idle++
    }
    if (entity === undefined) {
      const kept = cold?.take(key, partition)
      if (kept !== undefined) stats.recalled++
      entity = { key, partition, stores: kept ?? [], dirty: false, touched: true, size: kept?.length ?? 0 }
      if (kept !== undefined && this.#isIdle(entity)) entity.stores = []
      this.#put(entity)
      if (this.#entities.size > spec.maxKeys) this.#evictOne(entity)
      if (lastAt >= 0) this.#forgetIdle(entity)
      stats.keys = this.#entities.size
    }
    entity.touched = true
    if (lastAt >= 0) storesOf(entity)[lastAt] = this.#o.now(partition)
    return entity
  }

  /** Puts back a key’s state, in memory or, where that is full, in the cold store. */
  restore(key: string, partition: number, state: unknown[] | string): void {
    const { cold, stats, spec } = this.#o
    if (cold !== undefined && this.#entities.size >= spec.maxKeys && !this.#entities.has(key)) {
      cold.put(key, partition, typeof state === 'string' ? state : JSON.stringify(state))
      return
    }
    const size = typeof state === 'string' ? state.length : 0
    this.#put({ key, partition, stores: state, dirty: false, touched: false, size })
    stats.keys = this.#entities.size
  }

  /** The key is forgotten, whatever it held. */
  remove(entity: Entity): void {
    this.#delete(entity.key)
    this.#o.stats.keys = this.#entities.size
    this.#o.onGone(entity)
  }

  drop(key: string, partition: number): void {
    this.#o.cold?.take(key, partition)
    this.#delete(key)
    this.#o.stats.keys = this.#entities.size
  }

  forget(partition: number): void {
    for (const e of this.#entities.values()) if (e.partition === partition) this.#delete(e.key)
    this.#o.cold?.forget(partition)
    this.#hand = this.#entities.values()
    this.#o.stats.keys = this.#entities.size
  }

  #isIdle(e: Entity): boolean {
    const { spec, lastAt, now } = this.#o
    if (spec.idleMs === undefined) return false
    return ((storesOf(e)[lastAt] as number | null) ?? 0) + spec.idleMs < now(e.partition)
  }

  /** The clock hand: one iterator that goes round the keys. Starting anew each time would walk over all that was deleted. */
  #next(): Entity | undefined {
    const { value } = this.#hand.next()
    if (value !== undefined) return value
    this.#hand = this.#entities.values()
    return this.#hand.next().value
  }

  #ownerOf(key: string): string {
    return this.#o.spec.owner?.(key) ?? ''
  }

  #put(entity: Entity): void {
    if (!this.#entities.has(entity.key)) this.#shares.add(this.#ownerOf(entity.key))
    this.#entities.set(entity.key, entity)
  }

  #delete(key: string): void {
    if (this.#entities.delete(key)) this.#shares.remove(this.#ownerOf(key))
  }

  /** Second chance (CLOCK) among those of who has enough: what was touched since the hand came by stays for another round, the first that was not, goes. */
  #evictOne(keep: Entity): void {
    const { cold, stats, onGone } = this.#o
    for (let looks = 2 * this.#entities.size; looks > 0; looks--) {
      const e = this.#next()
      if (e === undefined || e === keep || !this.#shares.hasEnough(this.#ownerOf(e.key))) continue
      if (e.touched) {
        e.touched = false
        continue
      }
      this.#delete(e.key)
      const text = cold === undefined ? undefined : textOf(e.stores)
      if (cold === undefined || text === undefined) onGone(e)
      // A change that is still to be logged stays on its list: the changelog gets it from there.
      else cold.put(e.key, e.partition, text)
      stats.evicted++
      return
    }
  }

  /**
   * Looks at two keys for every new one: work stays constant and quiet keys cannot pile up. A key that is idle counts as
   * forgotten whether the hand has come by or not, so the order of the sweep changes nothing.
   */
  #forgetIdle(made: Entity): void {
    for (let looks = 2; looks > 0; looks--) {
      const e = this.#next()
      if (e === undefined || e === made || !this.#isIdle(e)) continue
      this.#delete(e.key)
      this.#o.onGone(e)
      this.#o.stats.idle++
    }
  }
}
