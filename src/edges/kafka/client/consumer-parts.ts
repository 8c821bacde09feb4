import type { Kafka } from 'kafkajs'
import type { Position } from '../../../ports/log.ts'
import type { Partitions } from './assigner.ts'

/** What a consumer needs of the log that it belongs to, or of a cluster of others. */
export interface ConsumerParts {
  kafka: Kafka
  /** Our name of a topic to the cluster’s. */
  full(name: string): string
  /** The cluster’s name to ours. */
  short(name: string): string
  sessionMs: number
  /** A member that the group has not heard of for longer holds nothing any more: what it has is restored, ms. */
  longestUnknownMs: number
  /** Where each partition begins: what the group committed, within what is kept. */
  positions(group: string | undefined, topics: Partitions, from: 'earliest' | 'latest'): Promise<Position[]>
  /** Rejects when the group has no coordinator that answers. */
  askCoordinator(groupId: string): Promise<unknown>
  /** What is said of a failure; `right`: what our user needs for it. */
  wordsOf(error: unknown, right: string): string
  onStopped(): void
  onEvent(event: 'rebalance' | 'stall' | 'crash', about: Record<string, unknown>): void
}
