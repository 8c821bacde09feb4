import { type Change, type ColdStore, type Entity, type LaneStats, storesOf } from './entity.ts'
import { type Bound, Frame, type Route } from './frame.ts'
import { Parts } from './parts.ts'
import type { AnyStore, LaneSpec, Store, StreamSpec, Timed, Topology } from './topology.ts'

/** A record that leaves a lane: for another lane's inbox, or for a topic that the outside reads. */
export interface Output {
  topic: string
  stream: string
  key: string
  value: unknown
}

/**
 * One lane at work: keyed state in memory, stages called in order, outputs and changes collected for whoever drives.
 * Synchronous and deterministic: what comes out depends only on what went in.
 */
export class Lane<Streams> {
  readonly spec: LaneSpec
  readonly stats: LaneStats = { keys: 0, evicted: 0, recalled: 0, idle: 0, processed: 0, ignored: 0 }
  readonly #changelog: boolean
  readonly #streams: Topology<Streams>['streams']
  readonly #stages = new Map<string, Bound<Streams>[]>()
  readonly #all: Bound<Streams>[] = []
  /** In the order in which a key’s state has them. */
  readonly #stores: AnyStore[] = []
  #parts: Parts | undefined
  /** Where a lane that forgets keeps each key’s last time: behind its stores, so that the changelog has it. */
  readonly #lastAt: number
  readonly #entities = new Map<string, Entity>()
  #hand = this.#entities.values()
  readonly #clock = new Map<number, number>()
  /** Last value of each broadcast stream, by partition, stream and key. */
  readonly #shared = new Map<number, Map<string, Map<string, unknown>>>()
  readonly #frames: Frame<Streams>[] = []
  readonly #cold: ColdStore | undefined
  /** By partition, for each has a changelog of its own. */
  readonly #changed = new Map<number, Entity[]>()
  readonly #changes = new Map<number, Change[]>()
  #outputs: Output[] = []
  #depth = 0

  /** `changelog`: whether changes are collected for `takeChanges`. Without a cold store a full lane forgets. */
  constructor(topology: Topology<Streams>, spec: LaneSpec, changelog = true, cold?: ColdStore) {
    this.spec = spec
    this.#changelog = changelog
    this.#cold = cold
    this.#streams = topology.streams
    for (const { lane, stage } of topology.stages) {
      if (lane !== spec.name) continue
      let store = -1
      if (stage.store !== undefined) {
        store = this.#stores.indexOf(stage.store)
        if (store < 0) store = this.#stores.push(stage.store) - 1
        if (stage.store.parts !== undefined) this.#parts ??= new Parts(store, stage.store.parts)
      }
      const bound = { stage, store, routes: new Map<string, Route<Streams>>() }
      this.#all.push(bound)
      const list = this.#stages.get(stage.from)
      if (list === undefined) this.#stages.set(stage.from, [bound])
      else list.push(bound)
    }
    for (const { stage, routes } of this.#all)
      for (const to of stage.to) {
        const target = topology.streams[to] as StreamSpec<unknown>
        const reaches = target.lane === undefined || target.lane === spec.name
        const local = reaches ? (this.#stages.get(to) ?? []) : []
        ;(routes as Map<string, Route<Streams>>).set(to, { spec: target, local, home: target.lane === spec.name })
      }
    this.#lastAt = spec.idleMs === undefined ? -1 : this.#stores.length
  }

  /** Takes one record of the inbox. A stream that no stage of this lane reads is counted and left. */
  accept(stream: string, key: string, value: Timed, partition: number): void {
    if (this.#streams[stream as keyof Streams & string]?.broadcast === true) {
      this.#share(partition, stream, key, value)
      this.#note({ key: `${sharedPrefix}${stream}/${key}`, partition, state: [value] })
      return
    }
    const stages = this.#stages.get(stream)
    if (stages === undefined) {
      this.stats.ignored++
      return
    }
    this.stats.processed++
    const before = this.#clock.get(partition) ?? 0
    if (value.time > before) this.#clock.set(partition, value.time)
    this.#run(stages, this.#entity(key, partition), value)
  }

  /** Moves a partition's time forward without a record, and lets stages that wait for time act. */
  tick(time: number, partition: number): void {
    if (time <= (this.#clock.get(partition) ?? 0)) return
    this.#clock.set(partition, time)
    for (const bound of this.#all) {
      if (bound.stage.tick === undefined) continue
      // A key in the cold store has been quiet for long: what waits for time is kept in lanes that have none.
      for (const entity of this.#entities.values())
        if (entity.partition === partition) this.#call(bound, entity, undefined)
    }
  }

  /** The state of one store under a key, for reading (explain, the API); undefined when the key has none. */
  peek<State>(key: string, store: Store<State>): State | undefined {
    const at = this.#stores.indexOf(store)
    if (at < 0) throw new Error(`no stage of lane ${this.spec.name} has this store ${store.name}`)
    const entity = this.#entities.get(key)
    // What stands there was made by this store’s `init`, or restored from what it made.
    return entity === undefined ? undefined : ((storesOf(entity)[at] ?? undefined) as State | undefined)
  }

  /** The latest value of a broadcast stream, as the first partition that has one here knows it. */
  shared<Name extends keyof Streams & string>(stream: Name, key: string): Streams[Name] | undefined {
    for (const streams of this.#shared.values()) {
      const value = streams.get(stream)?.get(key)
      if (value !== undefined) return value as Streams[Name]
    }
    return undefined
  }

  keys(): IterableIterator<string> {
    return this.#entities.keys()
  }

  now(partition: number): number {
    return this.#clock.get(partition) ?? 0
  }

  /** Whether some stage acts when time moves without records. */
  get waits(): boolean {
    return this.#all.some((bound) => bound.stage.tick !== undefined)
  }

  /** Whether nothing waits to be taken. */
  get quiet(): boolean {
    return this.#outputs.length === 0
  }

  /** Outputs since the last call, in order. */
  takeOutputs(): Output[] {
    const out = this.#outputs
    this.#outputs = []
    return out
  }

  /**
   * Keys changed since the last call, of one partition or of all. The states are live objects: serialise before going on.
   */
  takeChanges(partition?: number): Change[] {
    const out: Change[] = []
    for (const p of partition === undefined
      ? new Set([...this.#changes.keys(), ...this.#changed.keys()])
      : [partition]) {
      for (const change of this.#changes.get(p) ?? []) out.push(change)
      this.#changes.delete(p)
      for (const e of this.#changed.get(p) ?? []) {
        if (!e.dirty) continue
        e.dirty = false
        if (this.#parts === undefined) out.push({ key: e.key, partition: p, state: e.stores })
        else out.push(...this.#parts.changes(e))
      }
      this.#changed.delete(p)
    }
    return out
  }

  /** How many keys of a partition changed since its changes were last taken. */
  changed(partition: number): number {
    return (this.#changed.get(partition)?.length ?? 0) + (this.#changes.get(partition)?.length ?? 0)
  }

  /** What a partition holds, for comparing: keys that are not idle, in no order. Cold keys are not among them. */
  *snapshot(partition: number): Generator<{ key: string; state: unknown[] }> {
    for (const e of this.#entities.values())
      if (e.partition === partition && !this.#isIdle(e)) yield { key: e.key, state: storesOf(e) }
  }

  /**
   * Puts back a key's state (from the changelog; as text it is read when the key is first touched). `endRestore` when all
   * of the partition is there.
   */
  restore(key: string, partition: number, state: unknown[] | string): void {
    if (this.#parts?.restore(key, partition, state) === true) return
    if (key.startsWith(sharedPrefix)) {
      const at = key.indexOf('/', sharedPrefix.length)
      const [value] = typeof state === 'string' ? (JSON.parse(state) as unknown[]) : state
      this.#share(partition, key.slice(sharedPrefix.length, at), key.slice(at + 1), value)
      return
    }
    if (this.#cold !== undefined && this.#entities.size >= this.spec.maxKeys && !this.#entities.has(key)) {
      this.#cold.put(key, partition, typeof state === 'string' ? state : JSON.stringify(state))
      return
    }
    this.#entities.set(key, { key, partition, stores: state, dirty: false, touched: false })
    this.stats.keys = this.#entities.size
  }

  /** Takes back a key that was restored: the changelog says further on that it is gone. */
  drop(key: string, partition: number): void {
    if (this.#parts?.restore(key, partition, null) === true) return
    this.#cold?.take(key, partition)
    this.#entities.delete(key)
    this.stats.keys = this.#entities.size
  }

  /** All of the partition has been put back, up to this time. */
  endRestore(partition: number, time: number): void {
    this.#clock.set(partition, time)
    this.#parts?.join(partition, (key) => this.#entities.get(key))
  }

  /** Forgets a partition that is no longer owned. */
  forget(partition: number): void {
    for (const e of this.#entities.values()) if (e.partition === partition) this.#entities.delete(e.key)
    this.#cold?.forget(partition)
    this.#parts?.forget(partition)
    this.#changed.delete(partition)
    this.#changes.delete(partition)
    this.#hand = this.#entities.values()
    this.#clock.delete(partition)
    this.#shared.delete(partition)
    this.stats.keys = this.#entities.size
  }

  #share(partition: number, stream: string, key: string, value: unknown): void {
    const streams = this.#shared.get(partition) ?? new Map<string, Map<string, unknown>>()
    this.#shared.set(partition, streams)
    const values = streams.get(stream) ?? new Map<string, unknown>()
    streams.set(stream, values)
    values.set(key, value)
  }

  #entity(key: string, partition: number): Entity {
    let entity = this.#entities.get(key)
    // Forgotten means forgotten, however late the sweep comes by.
    if (entity !== undefined && this.#isIdle(entity)) {
      entity.stores = []
      this.stats.idle++
    }
    if (entity === undefined) {
      const cold = this.#cold?.take(key, partition)
      if (cold !== undefined) this.stats.recalled++
      entity = { key, partition, stores: cold ?? [], dirty: false, touched: true }
      if (cold !== undefined && this.#isIdle(entity)) entity.stores = []
      this.#entities.set(key, entity)
      if (this.#entities.size > this.spec.maxKeys) this.#evictOne(entity)
      if (this.#lastAt >= 0) this.#forgetIdle(entity)
      this.stats.keys = this.#entities.size
    }
    entity.touched = true
    if (this.#lastAt >= 0) storesOf(entity)[this.#lastAt] = this.#clock.get(partition) ?? 0
    this.#markDirty(entity)
    return entity
  }

  #markDirty(entity: Entity): void {
    if (entity.dirty || !this.#changelog) return
    entity.dirty = true
    const list = this.#changed.get(entity.partition)
    if (list === undefined) this.#changed.set(entity.partition, [entity])
    else list.push(entity)
  }

  #note(change: Change): void {
    if (!this.#changelog) return
    const list = this.#changes.get(change.partition)
    if (list === undefined) this.#changes.set(change.partition, [change])
    else list.push(change)
  }

  #isIdle(e: Entity): boolean {
    const { idleMs } = this.spec
    if (idleMs === undefined) return false
    return ((storesOf(e)[this.#lastAt] as number | null) ?? 0) + idleMs < this.now(e.partition)
  }

  /** The clock hand: one iterator that goes round the keys. Starting anew each time would walk over all that was deleted. */
  #next(): Entity | undefined {
    const { value } = this.#hand.next()
    if (value !== undefined) return value
    this.#hand = this.#entities.values()
    return this.#hand.next().value
  }

  /** Second chance (CLOCK): what was touched since the hand came by stays for another round, the first that was not, goes. */
  #evictOne(keep: Entity): void {
    for (let looks = 2 * this.#entities.size; looks > 0; looks--) {
      const e = this.#next()
      if (e === undefined || e === keep) continue
      if (e.touched) {
        e.touched = false
        continue
      }
      this.#entities.delete(e.key)
      if (this.#cold === undefined) this.#drop(e)
      // A change that is still to be logged stays on its list: the changelog gets it from there.
      else this.#cold.put(e.key, e.partition, typeof e.stores === 'string' ? e.stores : JSON.stringify(e.stores))
      this.stats.evicted++
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
      this.#entities.delete(e.key)
      this.#drop(e)
      this.stats.idle++
    }
  }

  #drop(e: Entity): void {
    e.dirty = false
    this.#note({ key: e.key, partition: e.partition, state: null })
    for (const change of this.#parts?.gone(e) ?? []) this.#note(change)
  }

  #run(stages: readonly Bound<Streams>[], entity: Entity, value: unknown): void {
    for (const bound of stages) this.#call(bound, entity, value)
  }

  #call(bound: Bound<Streams>, entity: Entity, value: unknown): void {
    let frame = this.#frames[this.#depth]
    if (frame === undefined) {
      frame = new Frame<Streams>(
        (bound, stream, v, e) => this.#emit(bound, stream, v, e),
        (stream, key, partition) => this.#shared.get(partition)?.get(stream)?.get(key),
        (e, id) => {
          this.#markDirty(e)
          if (this.#changelog) this.#parts?.touch(e, id)
        },
      )
      this.#frames.push(frame)
    }
    this.#depth++
    try {
      if (bound.store >= 0) {
        const stores = storesOf(entity)
        let state = stores[bound.store]
        if (state === undefined || state === null) {
          for (let i = stores.length; i < bound.store; i++) stores[i] = null
          state = this.#stores[bound.store]?.init()
          stores[bound.store] = state
        }
        frame.state = state
      } else frame.state = undefined
      frame.bound = bound
      frame.entity = entity
      frame.key = entity.key
      frame.now = this.#clock.get(entity.partition) ?? 0
      if (value === undefined) bound.stage.tick?.(frame)
      else bound.stage.run(value as never, frame)
    } finally {
      this.#depth--
    }
  }

  #emit(from: Bound<Streams>, stream: string, value: unknown, entity: Entity): void {
    const route = from.routes.get(stream)
    if (route === undefined) throw new Error(`stage ${from.stage.name} may not emit to ${stream}`)
    const { spec, local, home } = route
    // A record has marked its key already; a tick has not.
    this.#markDirty(entity)
    const key = spec.key === undefined ? entity.key : spec.key(value)
    if (spec.topic !== undefined) this.#outputs.push({ topic: spec.topic, stream, key, value })
    if (local.length > 0 && (!home || key === entity.key)) this.#run(local, entity, value)
    else if (spec.lane !== undefined) this.#outputs.push({ topic: '', stream, key, value })
  }
}

/** Marks broadcast values in the changelog; no key begins with it, for keys begin with a tenant. */
const sharedPrefix = '\u0000shared/'
