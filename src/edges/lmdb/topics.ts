import { type Static, Type } from 'typebox'
import { RescindError } from '../../errors.ts'
import type { TopicSpec } from '../../ports/log.ts'

/** A topic as stored. Its partitions have consecutive ids from `firstPartition`, unique in the log. */
export const TopicRow = Type.Object({
  name: Type.String(),
  firstPartition: Type.Integer({ minimum: 0 }),
  partitions: Type.Integer({ minimum: 1 }),
  compacted: Type.Boolean(),
  retentionMs: Type.Optional(Type.Number()),
  retentionBytes: Type.Optional(Type.Number()),
})
export type TopicRow = Static<typeof TopicRow>

/** What is stored of a partition. Kept apart from its records: the last record may have been dropped. */
export interface Extent {
  /** First kept offset; stays 0 when compacted. */
  start: number
  /** The next offset to give. */
  end: number
  /** Size of the kept records, for retention; not counted when compacted. */
  bytes: number
}

export interface Partition {
  readonly id: number
  readonly topic: Topic
  readonly index: number
  /** As of the last transaction on disk. Only the writer replaces it. */
  extent: Readonly<Extent>
}

export interface Topic {
  row: TopicRow
  readonly partitions: readonly Partition[]
}

/** Kafka's rule, so that the same configuration runs on both logs. */
const topicName = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/

export class Topics {
  readonly #topics = new Map<string, Topic>()
  #nextPartition = 0

  all(): IterableIterator<Topic> {
    return this.#topics.values()
  }

  topic(name: string): Topic {
    const topic = this.#topics.get(name)
    if (topic === undefined)
      throw new RescindError('LOG_TOPIC_UNKNOWN', `There is no topic "${name}".`, { data: { topic: name } })
    return topic
  }

  partition(name: string, index: number): Partition {
    const partition = this.topic(name).partitions[index]
    if (partition === undefined)
      throw new RescindError('LOG_TOPIC_UNKNOWN', `Topic "${name}" has no partition ${index}.`, {
        data: { topic: name, partition: index },
      })
    return partition
  }

  /** Takes in what is on disk now. */
  put(row: TopicRow, extentOf: (id: number) => Extent): void {
    const known = this.#topics.get(row.name)
    if (known !== undefined) {
      known.row = row
      return
    }
    const partitions: Partition[] = []
    const topic: Topic = { row, partitions }
    for (let index = 0; index < row.partitions; index++) {
      const id = row.firstPartition + index
      partitions.push({ id, topic, index, extent: extentOf(id) })
    }
    this.#topics.set(row.name, topic)
    this.#nextPartition = Math.max(this.#nextPartition, row.firstPartition + row.partitions)
  }

  /** The rows to store so that all specs hold; empty when they do already. */
  missing(specs: readonly TopicSpec[]): TopicRow[] {
    const rows = new Map<string, TopicRow>()
    let nextPartition = this.#nextPartition
    for (const spec of specs) {
      const known = rows.get(spec.name) ?? this.#topics.get(spec.name)?.row
      const row: TopicRow = {
        name: spec.name,
        firstPartition: known?.firstPartition ?? nextPartition,
        partitions: known?.partitions ?? spec.partitions,
        compacted: spec.compacted ?? false,
        ...(spec.retentionMs === undefined ? {} : { retentionMs: spec.retentionMs }),
        ...(spec.retentionBytes === undefined ? {} : { retentionBytes: spec.retentionBytes }),
      }
      check(spec, known)
      if (known === undefined) nextPartition += row.partitions
      else if (known.retentionMs === row.retentionMs && known.retentionBytes === row.retentionBytes) continue
      rows.set(row.name, row)
    }
    return [...rows.values()]
  }
}

function check(spec: TopicSpec, known: TopicRow | undefined): void {
  const { name, partitions, compacted = false } = spec
  if (!topicName.test(name) || !Number.isInteger(partitions) || partitions < 1)
    throw new RescindError('CONFIG_INVALID', `Topic "${name}" with ${partitions} partitions cannot be created.`, {
      data: { topic: name, partitions },
    })
  if (known === undefined) return
  if (known.partitions < partitions)
    throw new RescindError(
      'LOG_TOPIC_MISMATCH',
      `Topic "${name}" exists with ${known.partitions} partitions; ${partitions} are asked for.`,
      { data: { topic: name, partitions: known.partitions, asked: partitions } },
    )
  if (known.compacted !== compacted)
    throw new RescindError(
      'LOG_TOPIC_MISMATCH',
      `Topic "${name}" exists and is ${known.compacted ? '' : 'not '}compacted; the opposite is asked for.`,
      { data: { topic: name, compacted: known.compacted, asked: compacted } },
    )
}
