import type { Admin } from 'kafkajs'
import type { Position } from '../../../ports/log.ts'

/** How far a partition is read. */
export interface Progress extends Position {
  making: number
  lag: number
  /** Taken, and not committed yet. */
  isAhead: boolean
}

/** How far each partition is behind; answers topics that end before where we are: others by the same name. */
export async function measure(
  admin: Admin,
  all: ReadonlyMap<string, Progress>,
  there: ReadonlySet<string>,
  onRemade: (about: { topic: string; partition: number }) => void,
): Promise<Set<string>> {
  const before = new Map([...all].map(([name, { offset }]) => [name, offset]))
  const remade = new Set<string>()
  for (const topic of new Set([...all.values()].map((progress) => progress.topic))) {
    if (!there.has(topic)) continue
    for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
      const name = nameOf({ topic, partition })
      const progress = all.get(name)
      if (progress === undefined) continue
      progress.lag = Math.max(0, Number(high) - progress.offset)
      if (Number(high) >= (before.get(name) ?? 0)) continue
      remade.add(topic)
      onRemade({ topic, partition })
    }
  }
  return remade
}

export const committing = ({ topic, partition, offset, making }: Omit<Progress, 'lag' | 'isAhead'>) => ({
  ...{ topic, partition, offset },
  metadata: String(making),
})
export const nameOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`
