import type { Admin, Kafka } from 'kafkajs'
import type { Position } from '../../../ports/log.ts'
import type { Partitions } from '../client/assigner.ts'
import { consumerDefaults } from '../client/connection.ts'

export interface OffsetsParts {
  kafka: Kafka
  admin: Admin
  /** Our name of a topic or group to the cluster’s. */
  full(name: string): string
  patiently<T>(ask: () => Promise<T>): Promise<T>
}

/** How far topics go, and how far groups are in them. All names are ours. */
export class Offsets {
  readonly #p: OffsetsParts

  constructor(parts: OffsetsParts) {
    this.#p = parts
  }

  async range(topic: string, partition: number): Promise<{ start: number; end: number }> {
    const { admin, full, patiently } = this.#p
    const offsets = await patiently(() => admin.fetchTopicOffsets(full(topic)))
    const found = offsets.find((each) => each.partition === partition)
    return { start: Number(found?.low ?? 0), end: Number(found?.high ?? 0) }
  }

  async committed(group: string, topic: string, partition: number): Promise<number | undefined> {
    const { admin, full, patiently } = this.#p
    const [found] = await patiently(() => admin.fetchOffsets({ groupId: full(group), topics: [full(topic)] }))
    const offset = Number(found?.partitions.find((each) => each.partition === partition)?.offset ?? -1)
    return offset < 0 ? undefined : offset
  }

  /** Where a group begins: at what it committed, within what is kept; else at `from`. */
  async positions(group: string | undefined, topics: Partitions, from: 'earliest' | 'latest'): Promise<Position[]> {
    const { admin, full, patiently } = this.#p
    const names = Object.keys(topics)
    if (names.length === 0) return []
    const committed = new Map<string, number>()
    if (group !== undefined) {
      const asked = { groupId: full(group), topics: names.map((name) => full(name)) }
      for (const { topic, partitions } of await patiently(() => admin.fetchOffsets(asked)))
        for (const { partition, offset } of partitions)
          if (Number(offset) >= 0) committed.set(`${topic}/${partition}`, Number(offset))
    }
    const positions = names.map(async (topic) => {
      const ranges = await patiently(() => admin.fetchTopicOffsets(full(topic)))
      return (topics[topic] ?? []).map((partition) => {
        const range = ranges.find((each) => each.partition === partition)
        const start = Number(range?.low ?? 0)
        const end = Number(range?.high ?? 0)
        const at = committed.get(`${full(topic)}/${partition}`) ?? (from === 'earliest' ? start : end)
        return { topic, partition, offset: Math.min(Math.max(at, start), end) }
      })
    })
    return (await Promise.all(positions)).flat()
  }

  /** For a group that has no member: those who only keep an offset. The admin’s own way waits five seconds for a fetch. */
  async set(group: string, offsets: readonly Position[]): Promise<void> {
    const { kafka, full } = this.#p
    const member = kafka.consumer({ ...consumerDefaults, groupId: full(group), sessionTimeout: 10_000 })
    try {
      await member.connect()
      const topics = [...new Set(offsets.map((each) => full(each.topic)))]
      await member.subscribe({ topics })
      await member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
      // A fetch from an offset that is past the end would move it.
      member.pause(topics.map((topic) => ({ topic })))
      await member.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({ topic: full(topic), partition, offset: String(offset) })),
      )
    } finally {
      await member.disconnect()
    }
  }
}
