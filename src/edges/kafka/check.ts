import kafkajs, { type Admin } from 'kafkajs'
import { RescindError } from '../../errors.ts'
import type { TopicSpec } from '../../ports/log.ts'
import { connect } from './client/connection.ts'
import { wordsOfRefusal } from './client/refusals.ts'
import type { KafkaSourceOptions } from './inlet/source-options.ts'
import type { KafkaLogOptions } from './log/open-kafka-log.ts'
import { checkTopics, missingTopics, type TopicFault } from './log/topics.ts'

/** A difference that keeps the monitor from running well, and what mends it. */
export interface ClusterFault extends TopicFault {
  mend: string
}

export interface ClusterReport {
  topics: number
  created: string[]
  faults: ClusterFault[]
  /** What would lose records or time when a broker dies. */
  warnings: string[]
}

type Reading = Pick<KafkaSourceOptions, 'name' | 'brokers' | 'topics'>

const { TOPIC, BROKER } = kafkajs.ConfigResourceTypes
/** Longer than this and a dead broker holds decisions up for seconds. */
const fencingMs = 3000

/** Compares the cluster with what the monitor would make, after making what is missing where `create` says so. */
export async function checkCluster(
  options: KafkaLogOptions & { prefix: string; sessionMs: number },
  specs: readonly TopicSpec[],
  sources: readonly Reading[],
  create: boolean,
): Promise<ClusterReport> {
  const { prefix, replication, brokers } = options
  const kafka = connect(options, { initialRetryTime: 100, maxRetryTime: 500, retries: 3 })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const before = new Set(await admin.listTopics())
    if (create) await missingTopics(admin, prefix, specs, replication)
    const at = brokers.join(',')
    const faults = (await checkTopics(admin, prefix, specs)).map((fault) => ({ ...fault, mend: mendOf(fault, at) }))
    const durability = await checkDurability(admin, prefix, specs, replication, at)
    const settings = await checkBrokers(admin, options)
    return {
      topics: specs.length,
      created: create ? specs.map(({ name }) => `${prefix}${name}`).filter((name) => !before.has(name)) : [],
      faults: [...faults, ...durability.faults, ...settings.faults],
      warnings: [...durability.warnings, ...settings.warnings, ...(await checkSources(sources))],
    }
  } catch (error) {
    if (error instanceof RescindError) throw error
    const right = `${create ? 'Create, ' : ''}Describe and DescribeConfigs on topics ${prefix}*`
    throw new RescindError('LOG_UNREACHABLE', `${brokers.join(', ')}: ${wordsOfRefusal(error, options, right)}`, {
      retry: 'later',
      cause: error,
    })
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

function mendOf({ topic, setting, found, wanted }: TopicFault, at: string): string {
  if (setting === 'topic') return 'rescind topics create    # or, where they are there, Describe on them for our user'
  // More partitions send a key’s next records elsewhere than its state is.
  if (setting === 'partitions') return `ask for ${found}, or begin anew under another kafka.prefix`
  return `kafka-configs.sh --bootstrap-server ${at} --alter --entity-type topics --entity-name ${topic} --add-config ${setting}=${wanted}`
}

async function checkDurability(
  admin: Admin,
  prefix: string,
  specs: readonly TopicSpec[],
  replication: number | undefined,
  at: string,
): Promise<{ faults: ClusterFault[]; warnings: string[] }> {
  const faults: ClusterFault[] = []
  const there = new Set(await admin.listTopics())
  const names = specs.map(({ name }) => `${prefix}${name}`).filter((name) => there.has(name))
  if (names.length === 0) return { faults, warnings: [] }
  const { topics } = await admin.fetchTopicMetadata({ topics: names })
  const setting = 'min.insync.replicas'
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: TOPIC, name, configNames: [setting] })),
  })
  const alone: string[] = []
  const thin: string[] = []
  const few: string[] = []
  for (const { name, partitions } of topics) {
    const copies = Math.min(...partitions.map(({ replicas }) => replicas.length))
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries
    const least = Number(entries?.find(({ configName }) => configName === setting)?.configValue ?? 1)
    if (copies < least) {
      const fault = { topic: name, setting, found: String(least), wanted: String(copies) }
      faults.push({ ...fault, mend: mendOf(fault, at) })
    } else if (copies === 1) alone.push(name)
    else if (least < 2) thin.push(name)
    if (replication !== undefined && copies < replication) few.push(name)
  }
  const warnings: string[] = []
  if (alone.length > 0) warnings.push(`${listed(alone)}: one copy of each partition; what a broker loses is lost`)
  if (thin.length > 0)
    warnings.push(
      `${listed(thin)}: ${setting} is 1: what is acknowledged may be on one broker only; set it to 2 (kafka-configs.sh --bootstrap-server ${at} --alter --entity-type topics --entity-name TOPIC --add-config ${setting}=2)`,
    )
  if (few.length > 0) warnings.push(`${listed(few)}: fewer copies than kafka.replication (${replication})`)
  return { faults, warnings }
}

/** What the brokers say of themselves. They need not tell us: then it is said that it was not looked at. */
async function checkBrokers(
  admin: Admin,
  options: KafkaLogOptions & { sessionMs: number },
): Promise<{ faults: ClusterFault[]; warnings: string[] }> {
  const { sessionMs } = options
  const names = [
    'group.min.session.timeout.ms',
    'group.max.session.timeout.ms',
    'broker.session.timeout.ms',
    'unclean.leader.election.enable',
  ]
  const faults: ClusterFault[] = []
  const warnings: string[] = []
  const { brokers } = await admin.describeCluster()
  for (const { nodeId } of brokers) {
    let found: Map<string, string>
    try {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: BROKER, name: String(nodeId), configNames: names }],
      })
      found = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]))
    } catch (error) {
      const why = wordsOfRefusal(error, options, 'DescribeConfigs on the cluster')
      warnings.push(`broker ${nodeId}: its settings were not looked at: ${why}`)
      continue
    }
    const [least = '', most = '', fencing = '', unclean = ''] = names.map((name) => found.get(name))
    const place = `broker ${nodeId}`
    if (sessionMs < Number(least || 0) || sessionMs > Number(most || Number.POSITIVE_INFINITY)) {
      const isLow = sessionMs < Number(least)
      const limit = isLow ? least : most
      faults.push({
        topic: place,
        setting: isLow ? 'group.min.session.timeout.ms' : 'group.max.session.timeout.ms',
        found: limit,
        wanted: String(sessionMs),
        mend: `in server.properties, then restart the broker; or kafka.sessionMs: ${limit}`,
      })
    }
    if (Number(fencing || 0) > fencingMs)
      warnings.push(
        `${place}: broker.session.timeout.ms is ${fencing}: that long nothing is decided for a dead broker’s partitions; 2000 to 3000 is better`,
      )
    if (unclean === 'true')
      warnings.push(
        `${place}: unclean.leader.election.enable is true: acknowledged records may be lost; set it to false`,
      )
  }
  return { faults, warnings }
}

/** Whether each source finds something to read. */
async function checkSources(sources: readonly Reading[]): Promise<string[]> {
  const warnings: string[] = []
  for (const { name, topics, ...reach } of sources) {
    const admin = connect(reach, { initialRetryTime: 100, maxRetryTime: 500, retries: 3 }).admin()
    try {
      await admin.connect()
      const there = await admin.listTopics()
      const missing = topics instanceof RegExp ? [] : topics.filter((topic) => !there.includes(topic))
      if (missing.length > 0) warnings.push(`source ${name}: not there, or not for us to describe: ${listed(missing)}`)
      else if (topics instanceof RegExp && !there.some((topic) => topics.test(topic)))
        warnings.push(`source ${name}: no topic matches its pattern`)
    } catch (error) {
      warnings.push(`source ${name}: ${wordsOfRefusal(error, reach)}`)
    } finally {
      await admin.disconnect().catch(() => {})
    }
  }
  return warnings
}

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
