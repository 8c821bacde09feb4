import type { Clock } from '../../../ports/clock.ts'
import type { SourceBatch } from '../../../ports/source.ts'
import type { ConnectionOptions } from '../client/connection.ts'
import type { Beginning } from './source-start.ts'

export interface KafkaSourceOptions extends ConnectionOptions, Pick<Beginning, 'group' | 'from' | 'offsets'> {
  name: string
  /** By name, or those that match. */
  topics: readonly string[] | RegExp
  /** Topics that we write: a pattern never reads them, or what we say would come back as what agents did. */
  own: ReadonlySet<string>
  clock: Clock
  /** How often new topics and lag are looked for, ms; default 10,000. */
  refreshMs?: number
  /**
   * Makes the records durable in our log; the source goes on when it resolves. Called again after it rejected with an
   * error that says “later”. Answers how many dead letters came of them.
   */
  take(batch: SourceBatch): Promise<number>
  onEvent(event: SourceEvent, about: Record<string, unknown>): void
}

/** What happens to a source; for logs. */
export type SourceEvent =
  | 'topics'
  | 'away'
  | 'waiting'
  | 'lost'
  | 'remade'
  | 'uncommitted'
  | 'rebalance'
  | 'stall'
  | 'crash'
