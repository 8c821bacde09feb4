import { randomBytes } from 'node:crypto'
import { hash32 } from '../../detect/hash.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { LogRecord } from '../../ports/log.ts'
import { bound } from '../../runtime/bound.ts'
import { agentKey } from '../../stages/lane-key.ts'
import type { ApiParts } from '../server/context.ts'
import { walk } from './log-tail.ts'

/** What an event is found by. */
const members = {
  id: ({ id }: AgentEvent) => id,
  agent: ({ agent }: AgentEvent) => agent.id,
  trace: ({ trace }: AgentEvent) => trace?.id,
} as const
type Member = keyof typeof members
const names = Object.keys(members) as Member[]

/** Events of each partition that are known, the latest. */
const maxKnown = 20_000
/** Candidates that are so near to each other are read in one go, records. */
const near = 50

/** Which of them are asked for: the latest so many, of this time. */
export interface Span {
  limit: number
  from?: number
  to?: number
}

/** Where the latest events of a partition are, in a ring: per event its offset, its time and hashes of what it is found by. */
class Places {
  /** Up to here the partition is known. */
  next = 0
  readonly #offsets = new Float64Array(maxKnown)
  readonly #times = new Float64Array(maxKnown)
  readonly #hashes = new Int32Array(maxKnown * names.length)
  #count = 0

  add(offset: number, event: AgentEvent): void {
    const at = this.#count++ % maxKnown
    this.#offsets[at] = offset
    this.#times[at] = event.time
    for (const [i, name] of names.entries())
      this.#hashes[at * names.length + i] = hashOf(event.tenant, members[name](event))
  }

  /** Offsets of what may be it, the latest of them, oldest first. */
  of(name: Member, tenant: string, value: string, span: Span): number[] {
    const { limit, from = 0, to = Number.POSITIVE_INFINITY } = span
    const wanted = hashOf(tenant, value)
    const i = names.indexOf(name)
    const found: number[] = []
    for (let n = this.#count - 1; n >= Math.max(0, this.#count - maxKnown) && found.length < limit; n--) {
      const at = n % maxKnown
      const time = this.#times[at] as number
      if (this.#hashes[at * names.length + i] === wanted && time >= from && time < to)
        found.push(this.#offsets[at] as number)
    }
    return found.reverse()
  }
}

/** Nobody knows which names share a hash. */
const salt = randomBytes(16).toString('hex')
const hashOf = (tenant: string, value: string | undefined): number =>
  value === undefined ? 0 : hash32(`${salt}${tenant}/${value}`) || 1

/**
 * The latest events of the log, for what history does not have (yet). Each record is read once, whoever asks and however often:
 * a question reads on from where the one before it stopped, and all that come meanwhile wait for the same reading.
 */
export class EventsInLog {
  readonly #parts: Pick<ApiParts, 'log' | 'foreign'>
  readonly #places = new Map<number, Places>()
  /** The reading that is under way, and the one after it, by partition. */
  readonly #readings = new Map<number, { now: Promise<void>; next?: Promise<void> }>()

  constructor(parts: Pick<ApiParts, 'log' | 'foreign'>) {
    this.#parts = parts
  }

  /** The latest events of a tenant that have this, each id once, oldest first by partition. */
  async latest(name: Member, tenant: string, value: string, span: Span): Promise<AgentEvent[]> {
    const { log } = this.#parts
    const found = new Map<string, AgentEvent>()
    const { from = 0, to = Number.POSITIVE_INFINITY } = span
    // A hash may be another’s, and a record hold several.
    const is = (event: AgentEvent) =>
      event.tenant === tenant && members[name](event) === value && event.time >= from && event.time < to
    // An agent’s events live in one partition.
    const only = name === 'agent' ? log.partitionOf('events', agentKey(tenant, value)) : undefined
    for (let partition = 0; partition < log.partitions('events'); partition++) {
      if (only !== undefined && partition !== only) continue
      await this.#upToNow(partition)
      const offsets = this.#placesOf(partition).of(name, tenant, value, span)
      for await (const event of this.#eventsAt(partition, offsets)) {
        if (!is(event) || found.has(event.id)) continue
        found.set(event.id, event)
        bound(found, span.limit)
      }
    }
    return [...found.values()]
  }

  #placesOf(partition: number): Places {
    const known = this.#places.get(partition) ?? new Places()
    this.#places.set(partition, known)
    return known
  }

  /** All that was in the partition when this was called is known when it resolves. */
  #upToNow(partition: number): Promise<void> {
    const under = this.#readings.get(partition)
    if (under === undefined) return this.#begin(partition)
    under.next ??= under.now.catch(() => {}).then(() => this.#begin(partition))
    return under.next
  }

  #begin(partition: number): Promise<void> {
    const begun = this.#readings.get(partition)
    if (begun !== undefined) return begun.now
    const reading = {
      now: this.#readOn(partition).finally(() => {
        if (this.#readings.get(partition) === reading) this.#readings.delete(partition)
      }),
    }
    this.#readings.set(partition, reading)
    return reading.now
  }

  async #readOn(partition: number): Promise<void> {
    const { log } = this.#parts
    const places = this.#placesOf(partition)
    const { start, end } = await log.range('events', partition)
    for await (const record of walk(log, 'events', partition, Math.max(start, places.next, end - maxKnown), end)) {
      for (const event of this.#eventsOf(record)) places.add(record.offset, event)
      places.next = record.offset + 1
    }
  }

  async *#eventsAt(partition: number, offsets: readonly number[]): AsyncGenerator<AgentEvent> {
    for (let i = 0; i < offsets.length; ) {
      let last = i
      while (last + 1 < offsets.length && (offsets[last + 1] as number) - (offsets[last] as number) <= near) last++
      const wanted = new Set(offsets.slice(i, last + 1))
      const to = (offsets[last] as number) + 1
      for await (const record of walk(this.#parts.log, 'events', partition, offsets[i] as number, to))
        if (wanted.has(record.offset)) yield* this.#eventsOf(record)
      i = last + 1
    }
  }

  /** Of a record of ours, or of what another wrote there in a format of its own. */
  #eventsOf(record: LogRecord): readonly AgentEvent[] {
    const { value, headers } = record
    if (value === null) return []
    if (headers.stream === 'events') return [JSON.parse(value) as AgentEvent]
    if (headers.stream !== undefined) return []
    return this.#parts.foreign?.(record).events.map(({ event }) => event) ?? []
  }
}
