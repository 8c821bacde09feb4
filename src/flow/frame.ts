import type { Entity } from './entity.ts'
import type { AnyStage, Context, StreamSpec } from './topology.ts'

export interface Bound<Streams> {
  stage: AnyStage<Streams>
  store: number
  routes: ReadonlyMap<string, Route<Streams>>
}

/** Where what a stage emits goes. Worked out once; looked up for every emission. */
export interface Route<Streams> {
  spec: StreamSpec<unknown>
  /** Stages of this lane that read the stream; empty when none do. */
  local: Bound<Streams>[]
  /** The stream’s home is this lane: local only while the key stays the same. */
  home: boolean
}

/** What a stage is given: one per depth of calls, reused for every record. */
export class Frame<Streams> implements Context<Streams, unknown> {
  key = ''
  state: unknown
  now = 0
  bound: Bound<Streams> | undefined
  entity: Entity | undefined
  readonly #send: (bound: Bound<Streams>, stream: string, value: unknown, entity: Entity) => void
  readonly #look: (stream: string, key: string, partition: number) => unknown
  readonly #touch: (entity: Entity, part: string) => void

  constructor(
    send: (bound: Bound<Streams>, stream: string, value: unknown, entity: Entity) => void,
    look: (stream: string, key: string, partition: number) => unknown,
    touch: (entity: Entity, part: string) => void,
  ) {
    this.#send = send
    this.#look = look
    this.#touch = touch
  }

  shared<Name extends keyof Streams & string>(stream: Name, key: string): Streams[Name] | undefined {
    return this.#look(stream, key, this.entity?.partition ?? 0) as Streams[Name] | undefined
  }

  emit<Name extends keyof Streams & string>(stream: Name, value: Streams[Name]): void {
    if (this.bound === undefined || this.entity === undefined) throw new Error('a context was kept past its record')
    this.#send(this.bound, stream, value, this.entity)
  }

  touch(part: string): void {
    if (this.entity === undefined) throw new Error('a context was kept past its record')
    this.#touch(this.entity, part)
  }
}
