import type { Topology } from '../flow/topology.ts'
import { byLaneKey, keys } from '../model/keys.ts'
import type { Reject } from '../model/reject.ts'
import type { Append, TopicSpec } from '../ports/log.ts'

/** How much of each kind of topic is kept, and over how many partitions a lane is spread. */
export interface TopicPlan {
  /** Partitions of each lane’s inbox and state, by lane name. */
  partitions: Readonly<Record<string, number>>
  /** Partitions of findings, commands, receipts, dead letters; default 1. */
  outputPartitions?: number
  /** Events and what is re-keyed from them, ms. */
  inboxRetentionMs: number
  /** Findings, commands, receipts, dead letters, ms. */
  outputRetentionMs: number
}

const day = 86_400_000
export const embeddedPlan: TopicPlan = {
  partitions: { agent: 4, ...byLaneKey((key) => keys[key].lane.partitions), cohort: 1, tenant: 1 },
  inboxRetentionMs: 7 * day,
  outputRetentionMs: 90 * day,
}

export const stateTopic = (lane: string): string => `state-${lane}`
export const deadLetters = 'dead-letters'
export const deadLetterOf = (reject: Reject): Append => ({
  topic: deadLetters,
  key: reject.id,
  value: JSON.stringify(reject),
})

/** Every topic that a topology needs. */
export function topicsOf<Streams>(topology: Topology<Streams>, plan: TopicPlan): TopicSpec[] {
  const specs: TopicSpec[] = []
  for (const { name, inbox } of topology.lanes) {
    const partitions = plan.partitions[name] ?? 1
    specs.push({ name: inbox, partitions, retentionMs: plan.inboxRetentionMs })
    specs.push({ name: stateTopic(name), partitions, compacted: true })
  }
  const outputs = new Set<string>([deadLetters])
  for (const spec of Object.values<{ topic?: string }>(topology.streams))
    if (spec.topic !== undefined) outputs.add(spec.topic)
  for (const name of outputs)
    specs.push({ name, partitions: plan.outputPartitions ?? 1, retentionMs: plan.outputRetentionMs })
  return specs
}
