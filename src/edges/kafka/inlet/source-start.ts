import type { Admin } from 'kafkajs'

/** Where the reading of a partition begins. */
export interface Start {
  topic: string
  partition: number
  offset: number
  /** After the last record. */
  end: number
  /**
   * When the group first came to this partition, ms since the epoch; kept beside its offset. A topic that was deleted and
   * made anew has lost both, so its offsets, which begin again, do not pass for those of the old one.
   */
  making: number
  /** The group has not committed this. */
  isNew: boolean
  /** Records that were dropped before they were read. */
  lost: number
}

export interface Beginning {
  group: string
  topics: readonly string[]
  /** For a group that has committed nothing; a number is ms since the epoch. */
  from: 'earliest' | 'latest' | number
  /** By topic and partition; goes before `from`. */
  offsets?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Topics that came after the source had begun are read whole. */
  isLate(topic: string): boolean
  /** ms since the epoch. */
  now: number
}

/**
 * Where every partition of the topics begins: at what the group committed, within what is kept; else as asked. `latest` is
 * for a group that begins: a partition that comes later holds nothing that was there before.
 */
export async function startsOf(
  admin: Admin,
  { group, topics, from, offsets, isLate, now }: Beginning,
): Promise<{ starts: Start[]; isFirst: boolean }> {
  // Before the ends are asked for, so that no end is older than what was committed.
  const found = await admin.fetchOffsets({ groupId: group, topics: [...topics] })
  const committed = new Map<string, { offset: number; making: number | undefined }>()
  for (const { topic, partitions } of found)
    for (const { partition, offset, metadata } of partitions)
      if (Number(offset) >= 0)
        committed.set(`${topic}/${partition}`, { offset: Number(offset), making: Number(metadata ?? 0) || undefined })
  const isFirst = committed.size === 0
  const starts = topics.map(async (topic) => {
    const ranges = await admin.fetchTopicOffsets(topic)
    const isMissing = ranges.some(({ partition }) => !committed.has(`${topic}/${partition}`))
    const byTime = typeof from === 'number' && isMissing ? await admin.fetchTopicOffsetsByTimestamp(topic, from) : []
    return ranges.map(({ partition, low, high }): Start => {
      const start = Number(low)
      const end = Number(high)
      const was = committed.get(`${topic}/${partition}`)
      if (was === undefined) {
        const given = isLate(topic) ? undefined : offsets?.[topic]?.[partition]
        const asked =
          given ??
          (typeof from === 'number'
            ? Number(byTime.find((each) => each.partition === partition)?.offset ?? start)
            : from === 'latest' && isFirst && !isLate(topic)
              ? end
              : start)
        const offset = Math.min(Math.max(asked, start), end)
        return { topic, partition, offset, end, making: now, isNew: true, lost: 0 }
      }
      const at = was.offset > end ? start : Math.max(was.offset, start)
      // An offset without our note was set by somebody’s hand: what is read again is meant to count again.
      const making = was.offset > end || was.making === undefined ? now : was.making
      const lost = Math.max(0, start - was.offset)
      return { topic, partition, offset: at, end, making, isNew: making !== was.making, lost }
    })
  })
  return { starts: (await Promise.all(starts)).flat(), isFirst }
}
