import { Broadcast } from './broadcast.ts'
import { Changes } from './changes.ts'
import { type Change, type ColdStore, type Entity, type LaneStats, storesOf, textOf } from './entity.ts'
import { type Bound, Frame, type Route } from './frame.ts'
import { Keys } from './keys.ts'
import { Parts } from './parts.ts'
import { readStateKey, stateKey } from './state-key.ts'
import type { AnyStore, LaneSpec, Store, StreamSpec, Timed, Topology } from './topology.ts'

/** A record that leaves a lane: for another lane's inbox, or for a topic that the outside reads. */
export interface Output {
  topic: string
  stream: string
  key: string
  value: unknown
  /** The sender’s time, ms: what another lane makes of it comes no earlier. Absent: it came from outside. */
  at?: number
}

/**
 * One lane at work: keyed state in memory, stages called in order, outputs and changes collected for whoever drives.
 * Synchronous and deterministic: what comes out depends only on what went in.
 */
export class Lane<Streams> {
  readonly spec: LaneSpec
  readonly stats: LaneStats = { keys: 0, evicted: 0, recalled: 0, idle: 0, outgrown: 0, processed: 0, ignored: 0 }
  readonly #streams: Topology<Streams>['streams']
  readonly #stages = new Map<string, Bound<Streams>[]>()
  readonly #all: Bound<Streams>[] = []
  /** In the order in which a key’s state has them. */
  readonly #stores: AnyStore[] = []
  readonly #parts: Parts | undefined
  readonly #keys: Keys
  readonly #changes: Changes
  readonly #broadcast = new Broadcast()
  /** Each partition’s time, ms. */
  readonly #clock = new Map<number, number>()
  readonly #frames: Frame<Streams>[] = []
  #outputs: Output[] = []
  #depth = 0

  /** `changelog`: whether changes are collected for `takeChanges`. Without a cold store a full lane forgets. */
  constructor(topology: Topology<Streams>, spec: LaneSpec, changelog = true, cold?: ColdStore) {
    this.spec = spec
    this.#streams = topology.streams
    let parts: Parts | undefined
    for (const { lane, stage } of topology.stages) {
      if (lane !== spec.name) continue
      let store = -1
      if (stage.store !== undefined) {
        store = this.#stores.indexOf(stage.store)
        if (store < 0) store = this.#stores.push(stage.store) - 1
        if (stage.store.parts !== undefined) parts ??= new Parts(store, stage.store.parts)
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
    this.#parts = parts
    const changes = new Changes(changelog, parts)
    this.#changes = changes
    this.#keys = new Keys({
      ...{ spec, cold, stats: this.stats, lastAt: spec.idleMs === undefined ? -1 : this.#stores.length },
      now: (partition) => this.now(partition),
      onGone: (entity) => changes.gone(entity),
    })
  }

  /**
   * Takes one record of the inbox. A stream that no stage of this lane reads is counted and left. `at`: the time of the lane that
   * sent it.
   */
  accept(stream: string, key: string, value: Timed, partition: number, at?: number): void {
    const spec = this.#streams[stream as keyof Streams & string] as StreamSpec<unknown> | undefined
    if (spec?.broadcast === true) {
      const note = (key: string, state: unknown[] | null) =>
        this.#changes.note({ key: stateKey({ kind: 'shared', stream, key }), partition, state })
      const gone = this.#broadcast.put(partition, stream, key, value, spec.bound)
      if (gone !== undefined) {
        this.stats.evicted++
        note(gone, null)
      }
      note(key, [value])
      return
    }
    const stages = this.#stages.get(stream)
    if (stages === undefined) {
      this.stats.ignored++
      return
    }
    this.stats.processed++
    const before = this.#clock.get(partition) ?? 0
    const now = at ?? spec?.arrived?.(value) ?? value.time
    if (now > before) this.#clock.set(partition, now)
    const entity = this.#keys.touch(key, partition)
    this.#changes.markDirty(entity)
    this.#run(stages, entity, value)
  }

  /** Moves a partition's time forward without a record, and lets stages that wait for time act. */
  tick(time: number, partition: number): void {
    if (time <= (this.#clock.get(partition) ?? 0)) return
    this.#clock.set(partition, time)
    for (const bound of this.#all) {
      if (bound.stage.tick === undefined) continue
      // A key in the cold store has been quiet for long: what waits for time is kept in lanes that have none.
      for (const entity of this.#keys.all(partition)) this.#call(bound, entity, undefined)
    }
  }

  /** The state of one store under a key, for reading (explain, the API); undefined when the key has none. */
  peek<State>(key: string, store: Store<State>): State | undefined {
    const at = this.#stores.indexOf(store)
    if (at < 0) throw new Error(`no stage of lane ${this.spec.name} has this store ${store.name}`)
    const entity = this.#keys.get(key)
    // What stands there was made by this store’s `init`, or restored from what it made.
    return entity === undefined ? undefined : ((storesOf(entity)[at] ?? undefined) as State | undefined)
  }

  /** The latest value of a broadcast stream, as the first partition that has one here knows it. */
  shared<Name extends keyof Streams & string>(stream: Name, key: string): Streams[Name] | undefined {
    return this.#broadcast.find(stream, key) as Streams[Name] | undefined
  }

  keys(): IterableIterator<string> {
    return this.#keys.names()
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
    return this.#changes.take(partition)
  }

  /** The same of one partition as the changelog keeps it: as text, none larger than `largestState`. Null: the key is gone. */
  takeTexts(partition: number): { key: string; text: string | null }[] {
    const out: { key: string; text: string | null }[] = []
    // What is forgotten on the way is a change as well.
    for (let changes = this.takeChanges(partition); changes.length > 0; changes = this.takeChanges(partition))
      for (const { key, state } of changes) {
        const text = state === null ? null : this.#textOf(key, state)
        if (text !== undefined) out.push({ key, text })
      }
    return out
  }

  /** Undefined: nothing is to be written. */
  #textOf(key: string, state: unknown[] | string): string | null | undefined {
    const of = readStateKey(key)
    const entity = of.kind === 'key' ? this.#keys.get(of.key) : undefined
    let text = textOf(state)
    if (text === undefined) {
      this.stats.outgrown++
      // One of many, or a broadcast value, stays as it was last written.
      if (entity === undefined) return of.kind === 'key' ? null : undefined
      text = this.#shrunk(entity)
      if (text === undefined) this.#keys.remove(entity)
    }
    if (entity !== undefined) entity.size = text?.length ?? 0
    return text
  }

  #shrunk(entity: Entity): string | undefined {
    for (const [at, state] of storesOf(entity).entries())
      if (state !== null && state !== undefined) this.#stores[at]?.shrink?.(state)
    return textOf(this.#parts?.without(entity) ?? entity.stores)
  }

  /** How many keys of a partition changed since its changes were last taken. */
  changed(partition: number): number {
    return this.#changes.count(partition)
  }

  /** How large their states were when they were last written, characters. */
  changedSize(partition: number): number {
    return this.#changes.size(partition)
  }

  /** What a partition holds, for comparing: keys that are not idle, in no order. Cold keys are not among them. */
  *snapshot(partition: number): Generator<{ key: string; state: unknown[] }> {
    for (const e of this.#keys.of(partition)) yield { key: e.key, state: storesOf(e) }
  }

  /**
   * Puts back what the changelog has under one of its keys (state-key.ts); as text it is read when the key is first touched.
   * `endRestore` when all of the partition is there.
   */
  restore(key: string, partition: number, state: unknown[] | string): void {
    const of = readStateKey(key)
    if (of.kind === 'key') this.#keys.restore(of.key, partition, state)
    else if (of.kind === 'shared') this.#broadcast.restore(partition, of.stream, of.key, state)
    else if (of.kind === 'part') this.#parts?.restore(of.key, of.id, partition, state)
  }

  /** Takes back what was restored under a key: the changelog says further on that it is gone. */
  drop(key: string, partition: number): void {
    const of = readStateKey(key)
    if (of.kind === 'key') this.#keys.drop(of.key, partition)
    else if (of.kind === 'shared') this.#broadcast.drop(partition, of.stream, of.key)
    else if (of.kind === 'part') this.#parts?.restore(of.key, of.id, partition, null)
  }

  /** All of the partition has been put back, up to this time. */
  endRestore(partition: number, time: number): void {
    this.#clock.set(partition, time)
    this.#parts?.join(partition, (key) => this.#keys.get(key))
  }

  /** Forgets a partition that is no longer owned. */
  forget(partition: number): void {
    this.#keys.forget(partition)
    this.#parts?.forget(partition)
    this.#changes.forget(partition)
    this.#clock.delete(partition)
    this.#broadcast.forget(partition)
  }

  #run(stages: readonly Bound<Streams>[], entity: Entity, value: unknown): void {
    for (const bound of stages) this.#call(bound, entity, value)
  }

  #call(bound: Bound<Streams>, entity: Entity, value: unknown): void {
    let frame = this.#frames[this.#depth]
    if (frame === undefined) {
      frame = new Frame<Streams>(
        (bound, stream, v, e) => this.#emit(bound, stream, v, e),
        (stream, key, partition) => this.#broadcast.get(partition, stream, key),
        (e, part) => this.#changes.touch(e, part),
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
    this.#changes.markDirty(entity)
    const key = spec.key === undefined ? entity.key : spec.key(value)
    if (spec.topic !== undefined) this.#outputs.push({ topic: spec.topic, stream, key, value })
    if (local.length > 0 && (!home || key === entity.key)) this.#run(local, entity, value)
    else if (spec.lane !== undefined)
      this.#outputs.push({ topic: '', stream, key, value, at: this.now(entity.partition) })
  }
}
