import type { LogRecord } from './log.ts'

/** Records that others published, of one partition and in its order, on their way into our log. */
export interface SourceBatch {
  /** Of the configuration. */
  source: string
  /** Names source, topic, partition and which making of it: with an offset it names a record for good. */
  sender: string
  records: readonly LogRecord[]
}

/** What a source counts; since the start, and lag in records as known now. */
export interface SourceCounts {
  name: string
  records: number
  /** Dead letters that came of them. */
  rejected: number
  lag: number
  /** Records that were gone, or could not be read. */
  lost: number
  /** Why nothing comes, in words. */
  trouble: string | undefined
}
