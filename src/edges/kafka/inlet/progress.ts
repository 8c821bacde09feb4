import type { Admin } from 'kafkajs'
import type { Position } from '../../../ports/log.ts'

/** How far a partition is read. */
export interface Progress extends Position {
  making: number
  lag: number
  /** Taken, and not committed yet. */
  isAhead: boolean
}

type Where = Pick<Position, 'topic' | 'partition'>

/** What is told of partitions that are not as they were left. */
export interface Told {
  /** It ends before where we are: another by the same name. */
  remade(about: Where): void
  /** Records that were dropped before they were read. */
  lost(about: Where & { records: number }): void
}

/** The partitions that are read here, and how far. */
export class Progresses {
  readonly #all = new Map<string, Progress>()
  readonly #told: Told

  constructor(told: Told) {
    this.#told = told
  }

  get size(): number {
    return this.#all.size
  }

  get lag(): number {
    let lag = 0
    for (const progress of this.#all.values()) lag += progress.lag
    return lag
  }

  get(where: Where): Progress | undefined {
    return this.#all.get(nameOf(where))
  }

  set(progress: Progress): void {
    this.#all.set(nameOf(progress), progress)
  }

  delete(where: Where): void {
    this.#all.delete(nameOf(where))
  }

  clear(): void {
    this.#all.clear()
  }

  /** What was before `offset` is done with. */
  pass({ topic, partition, offset }: Position, end?: number): Progress | undefined {
    const progress = this.get({ topic, partition })
    if (progress === undefined || offset <= progress.offset) return undefined
    progress.lag = Math.max(0, (end ?? progress.offset + progress.lag) - offset)
    progress.offset = offset
    progress.isAhead = true
    return progress
  }

  /** Those whose progress is to be committed; it counts as committed from here on. */
  takeAhead(): Progress[] {
    const ahead = [...this.#all.values()].filter(({ isAhead }) => isAhead)
    for (const progress of ahead) progress.isAhead = false
    return ahead
  }

  /** How far each partition is behind; answers topics that end before where we are. */
  async measure(admin: Admin, there: ReadonlySet<string>): Promise<Set<string>> {
    const remade = new Set<string>()
    for (const topic of new Set([...this.#all.values()].map((progress) => progress.topic)))
      if (there.has(topic) && (await this.look(admin, topic))) remade.add(topic)
    return remade
  }

  /** The same for one topic; answers whether it ends before where we are. */
  async look(admin: Admin, topic: string): Promise<boolean> {
    const before = new Map([...this.#all].map(([name, { offset }]) => [name, offset]))
    let isRemade = false
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const progress = this.get({ topic, partition })
      if (progress === undefined) continue
      const was = before.get(nameOf({ topic, partition })) ?? 0
      const records = Number(low) - was
      // What is kept begins behind where we were; the client goes on there.
      if (records > 0) {
        this.#told.lost({ topic, partition, records })
        this.pass({ topic, partition, offset: Number(low) })
      }
      progress.lag = Math.max(0, Number(high) - progress.offset)
      if (Number(high) >= was) continue
      isRemade = true
      this.#told.remade({ topic, partition })
    }
    return isRemade
  }
}

export const committing = ({ topic, partition, offset, making }: Omit<Progress, 'lag' | 'isAhead'>) => ({
  ...{ topic, partition, offset },
  metadata: String(making),
})
const nameOf = ({ topic, partition }: Where): string => `${topic}/${partition}`
