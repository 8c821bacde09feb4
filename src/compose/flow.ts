import { detectors } from '../../detectors/index.ts'
import type { Config } from '../config/schema.ts'
import type { AnyDetector } from '../detect/define.ts'
import type { Topology } from '../flow/topology.ts'
import { byLaneKey } from '../model/keys.ts'
import { defaultPolicy, type Policy, stamped } from '../policy/policy.ts'
import type { TopicSpec } from '../ports/log.ts'
import { type TopicPlan, topicsOf } from '../runtime/topics.ts'
import type { Streams } from '../stages/streams.ts'
import { rescind } from '../topology.ts'

/** The shipped detectors, and others beside them. */
export const detectorsWith = (beside: readonly AnyDetector[] = []): readonly AnyDetector[] => [...detectors, ...beside]

/** The flow under a policy: what runs live, and what `rescind replay` runs. */
export const flowOf = (policy: Policy, running: readonly AnyDetector[] = detectors): Topology<Streams> =>
  rescind(running, stamped(policy, 0))

const day = 86_400_000

/** What the topics are made of. */
export function planOf(config: Config): TopicPlan {
  const { partitions } = config.kafka
  const quarter = Math.max(1, Math.ceil(partitions / 4))
  const spread = { agent: partitions, ...byLaneKey(() => partitions), cohort: quarter, tenant: quarter }
  const onKafka = config.kafka.brokers.length > 0
  return {
    partitions: onKafka ? spread : config.partitions,
    outputPartitions: onKafka ? quarter : 1,
    inboxRetentionMs: config.log.inboxDays * day,
    outputRetentionMs: config.log.outputDays * day,
  }
}

/** Our topics. */
export const specsOf = (config: Config): TopicSpec[] => topicsOf(flowOf(defaultPolicy()), planOf(config))

/** Our topics by the cluster’s names. */
export const topicNames = (config: Config): string[] =>
  specsOf(config).map(({ name }) => `${config.kafka.prefix}${name}`)
