import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs'
import { RescindError } from '../../../errors.ts'
import type { TopicSpec } from '../../../ports/log.ts'

/** A record batch of state may be large: all that changed in a partition is one. */
const stateBatchBytes = 64 * 1024 * 1024
const recordBytes = 16 * 1024 * 1024
/**
 * Compaction leaves what is younger alone: an instance that lost a partition and did not notice may still write an older
 * state after its successor, and restoring tells them apart by the offset in their headers as long as both are there.
 */
export const minCompactionLagMs = 120_000

/** The settings that a topic of ours has on the cluster. */
export function settingsOf(spec: TopicSpec): Record<string, string> {
  if (spec.compacted === true)
    return {
      'cleanup.policy': 'compact',
      'min.compaction.lag.ms': String(minCompactionLagMs),
      'min.cleanable.dirty.ratio': '0.3',
      'segment.ms': String(10 * 60_000),
      'segment.bytes': String(128 * 1024 * 1024),
      'max.message.bytes': String(stateBatchBytes),
      'message.timestamp.type': 'LogAppendTime',
    }
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(spec.retentionMs ?? -1),
    ...(spec.retentionBytes === undefined ? {} : { 'retention.bytes': String(spec.retentionBytes) }),
    'max.message.bytes': String(recordBytes),
    // By the broker’s clock, so that retention and history do not depend on the producers’.
    'message.timestamp.type': 'LogAppendTime',
  }
}

/** Creates what is not there; answers how many partitions each has. */
export async function missingTopics(
  admin: Admin,
  prefix: string,
  specs: readonly TopicSpec[],
  replication: number | undefined,
): Promise<Map<string, number>> {
  const there = new Set(await admin.listTopics())
  const create: ITopicConfig[] = specs
    .filter(({ name }) => !there.has(`${prefix}${name}`))
    .map((spec) => ({
      topic: `${prefix}${spec.name}`,
      numPartitions: spec.partitions,
      replicationFactor: replication ?? -1,
      configEntries: Object.entries(settingsOf(spec)).map(([name, value]) => ({ name, value })),
    }))
  // False when another instance was faster: just as good.
  if (create.length > 0) await admin.createTopics({ topics: create, waitForLeaders: true, timeout: 15_000 })
  const counts = await partitionCounts(
    admin,
    prefix,
    specs.map(({ name }) => name),
  )
  for (const { name, partitions } of specs) {
    const count = counts.get(name) ?? 0
    if (count < partitions)
      throw new RescindError(
        'LOG_TOPIC_MISMATCH',
        `Topic "${prefix}${name}" has ${count} partitions; ${partitions} are asked for. A key would move to another partition: make a new topic, or set partitions to ${count}.`,
        { data: { topic: name, partitions: count, asked: partitions } },
      )
  }
  return counts
}

async function partitionCounts(admin: Admin, prefix: string, names: readonly string[]): Promise<Map<string, number>> {
  const { topics } = await admin.fetchTopicMetadata({ topics: names.map((name) => `${prefix}${name}`) })
  return new Map(topics.map(({ name, partitions }) => [name.slice(prefix.length), partitions.length]))
}

export interface TopicFault {
  topic: string
  setting: string
  found: string
  wanted: string
}

/** What differs between the cluster and what we would create. */
export async function checkTopics(admin: Admin, prefix: string, specs: readonly TopicSpec[]): Promise<TopicFault[]> {
  const faults: TopicFault[] = []
  const there = new Set(await admin.listTopics())
  for (const spec of specs) {
    const topic = `${prefix}${spec.name}`
    if (!there.has(topic)) {
      faults.push({ topic, setting: 'topic', found: 'missing', wanted: `${spec.partitions} partitions` })
      continue
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const count = topics[0]?.partitions.length ?? 0
    if (count < spec.partitions)
      faults.push({ topic, setting: 'partitions', found: String(count), wanted: String(spec.partitions) })
    const wanted = settingsOf(spec)
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: Object.keys(wanted) }],
    })
    for (const { configName, configValue } of resources[0]?.configEntries ?? [])
      if (wanted[configName] !== undefined && wanted[configName] !== configValue)
        faults.push({ topic, setting: configName, found: configValue, wanted: wanted[configName] })
  }
  return faults
}
