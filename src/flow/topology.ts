/**
 * The topology builder: the whole data flow as data. It knows no broker and no clock.
 *
 * A *lane* is all stages that run under the same key. Each lane has one inbox topic, and everything that concerns a
 * key (events, findings made elsewhere, reviews, receipts, ticks) enters through it in one order. That order is the
 * truth: the same inbox twice gives the same outputs. A hop inside a lane is a function call; a hop to another lane is
 * a record in that lane's inbox (as a repartition topic in Kafka Streams).
 */
export interface Timed {
  /** Event time, ms since the epoch. */
  time: number
}

/** What a stage sees of the record in hand. One object per lane, reused: do not keep it. */
export interface Context<Streams, State> {
  readonly key: string
  /** This stage's store under this key; plain JSON, the stage's own to mutate. */
  state: State
  /**
   * How late it is, ms: when the latest record of this partition was handed in, or its latest tick. The time of arrival, so that no
   * caller moves it by what he writes into a record. Never goes back.
   */
  readonly now: number
  emit<Name extends keyof Streams & string>(stream: Name, value: Streams[Name]): void
  /** The last value of a broadcast stream under a key, as this partition has seen it. */
  shared<Name extends keyof Streams & string>(stream: Name, key: string): Streams[Name] | undefined
  /** A part of the store was made, changed or removed: what is not touched is not written to the changelog. */
  touch(part: string): void
}

/** State by key, as a stage declares it and as it is read with `peek`: the type goes with it. Stages share one by its object. */
export interface Store<State> {
  readonly name: string
  readonly init: () => State
  /** A property that holds many by id, in an order that means nothing. They are logged one by one; one such store per lane. */
  readonly parts?: keyof State & string
  /** Lets go what a state can do without, when it has outgrown what is kept of one key. Where that is not enough, it is forgotten. */
  readonly shrink?: (state: State) => void
}

// biome-ignore lint/suspicious/noExplicitAny: stores of different states share one list; each is typed where it is defined
export type AnyStore = Store<any>

export interface Stage<Streams, From extends keyof Streams & string, State> {
  name: string
  from: From
  /** Streams it may emit to; emitting elsewhere is a bug and throws. */
  to: readonly (keyof Streams & string)[]
  store?: Store<State>
  run(input: Streams[From], context: Context<Streams, State>): void
  /** Called for each key of the lane's partition when time moves without records. State is kept only if it emits. */
  tick?(context: Context<Streams, State>): void
}

/** How a stream travels. */
export interface StreamSpec<Value> {
  /** The lane whose inbox carries it; absent: nobody inside consumes it. */
  lane?: string
  key?: (value: Value) => string
  /** When a value that comes from outside was handed in, ms. Absent: its own time, which is then not its writer’s. */
  arrived?: (value: Value) => number
  /** Goes to every partition of the lane, where stages read it with `shared`. Counterpart of a global table. */
  broadcast?: boolean
  /** Of a broadcast stream: most values kept in each partition, and whose one is, as for the keys of a lane. */
  bound?: { values: number; owner(key: string): string }
  /** Also written to a topic of this name, for consumers outside (history, the decision stream). */
  topic?: string
}

export interface LaneSpec {
  /** The key's name: agent, credential, trace, … */
  name: string
  inbox: string
  /** Most keys kept in memory; the longest untouched go first and are counted. */
  maxKeys: number
  /** Whose a key is: of those who share the room, who has more than an even share makes room for the others. */
  owner?(key: string): string
  /** A key untouched for this long is forgotten, ms of arrival. Absent: kept while there is room. */
  idleMs?: number
}

// biome-ignore lint/suspicious/noExplicitAny: stages of different states share one list; each is typed where it is defined
export type AnyStage<Streams> = Stage<Streams, any, any>

export interface Topology<Streams> {
  readonly lanes: readonly LaneSpec[]
  readonly streams: { readonly [Name in keyof Streams & string]: StreamSpec<Streams[Name]> }
  readonly stages: readonly { lane: string; stage: AnyStage<Streams> }[]
}

export interface TopologyBuilder<Streams> {
  lane(spec: LaneSpec): TopologyBuilder<Streams>
  stage<From extends keyof Streams & string, State>(
    lane: string,
    stage: Stage<Streams, From, State>,
  ): TopologyBuilder<Streams>
  /** The same for each of a list. */
  each<One>(
    list: readonly One[],
    add: (to: TopologyBuilder<Streams>, one: One) => TopologyBuilder<Streams>,
  ): TopologyBuilder<Streams>
  build(): Topology<Streams>
}

/** Starts a topology over these streams; `build` fails with plain words when the parts do not fit. */
export function topology<Streams>(streams: Topology<Streams>['streams']): TopologyBuilder<Streams> {
  const lanes: LaneSpec[] = []
  const stages: { lane: string; stage: AnyStage<Streams> }[] = []
  const builder: TopologyBuilder<Streams> = {
    lane(spec) {
      lanes.push(spec)
      return builder
    },
    stage(lane, stage) {
      stages.push({ lane, stage })
      return builder
    },
    each(list, add) {
      for (const one of list) add(builder, one)
      return builder
    },
    build() {
      const names = new Set(lanes.map((l) => l.name))
      if (names.size < lanes.length || new Set(lanes.map((l) => l.inbox)).size < lanes.length)
        throw new Error('two lanes have the same name or inbox')
      for (const [name, { lane }] of Object.entries<StreamSpec<never>>(streams))
        if (lane !== undefined && !names.has(lane)) throw new Error(`stream ${name}: there is no lane ${lane}`)
      for (const { lane, stage } of stages) {
        if (!names.has(lane)) throw new Error(`stage ${stage.name}: there is no lane ${lane}`)
        const from: StreamSpec<never> | undefined = streams[stage.from as keyof Streams & string]
        if (from === undefined) throw new Error(`stage ${stage.name}: there is no stream ${stage.from}`)
        if (from.broadcast === true)
          throw new Error(`stage ${stage.name}: ${stage.from} is broadcast, read it with shared()`)
        const produced = stages.some((s) => s.lane === lane && s.stage.to.includes(stage.from))
        if (from.lane === undefined ? !produced : from.lane !== lane)
          throw new Error(`stage ${stage.name}: stream ${stage.from} does not reach lane ${lane}`)
        const twin = stages.find((s) => s.lane === lane && s.stage.store?.name === stage.store?.name)?.stage
        if (stage.store !== undefined && twin?.store !== stage.store)
          throw new Error(
            `lane ${lane}: ${twin?.name} and ${stage.name} have a store ${stage.store.name} each, not one of both`,
          )
        for (const to of stage.to)
          if (streams[to] === undefined) throw new Error(`stage ${stage.name}: there is no stream ${to}`)
      }
      return { lanes, streams, stages }
    },
  }
  return builder
}

/** The topology as a Mermaid flow chart: solid arrows are function calls, dotted ones are topics. */
export function toMermaid<Streams>(t: Topology<Streams>): string {
  const lines = ['flowchart LR']
  const id = (s: string) => s.replace(/[^a-z0-9]/gi, '_')
  for (const lane of t.lanes) {
    lines.push(`  subgraph ${id(lane.name)} ["by ${lane.name} · inbox ${lane.inbox}"]`)
    for (const { lane: l, stage } of t.stages)
      if (l === lane.name) lines.push(`    ${id(`${l}_${stage.name}`)}["${stage.name}"]`)
    lines.push('  end')
  }
  const edges = new Set<string>()
  for (const { lane, stage } of t.stages) {
    for (const to of stage.to) {
      const spec = t.streams[to]
      for (const next of t.stages) {
        if (next.stage.from !== to) continue
        const local = next.lane === lane
        if (!local && spec.lane !== next.lane) continue
        edges.add(
          `  ${id(`${lane}_${stage.name}`)} ${local ? '-->' : '-.->'}|${to}| ${id(`${next.lane}_${next.stage.name}`)}`,
        )
      }
      if (spec.topic !== undefined)
        edges.add(`  ${id(`${lane}_${stage.name}`)} -.-> ${id(`topic_${spec.topic}`)}[("${spec.topic}")]`)
    }
  }
  const fed = new Set(t.stages.flatMap((s) => s.stage.to))
  for (const { lane, stage } of t.stages)
    if (!fed.has(stage.from))
      edges.add(`  ${id(`in_${stage.from}`)}(["${stage.from}"]) -.-> ${id(`${lane}_${stage.name}`)}`)
  return [...lines, ...edges].join('\n')
}
