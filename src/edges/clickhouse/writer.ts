import { RescindError, wordsOf } from '../../errors.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { History, Row, Table } from '../../ports/history.ts'
import type { Batch, Log, LogRecord } from '../../ports/log.ts'
import { add, forget, type Pending, pending, positionsOf, rowsOf, tokenOf } from './pending.ts'

const none: readonly Row[] = []

/** Topic to table. */
const sources: Readonly<Record<string, Table>> = {
  events: 'events',
  findings: 'findings',
  commands: 'commands',
  receipts: 'receipts',
  reviews: 'reviews',
  'dead-letters': 'dead_letters',
}

export interface HistoryWriterOptions {
  log: Log
  history: History
  /**
   * Reads a record that somebody else wrote into the events topic. Only events of keys that live in its partition count: the
   * others come again where they live, as records of ours.
   */
  foreign?(record: LogRecord): { readonly events: readonly { readonly event: AgentEvent; readonly text?: string }[] }
  /** Consumer group; default `history`. */
  group?: string
  /** An insert's most rows; default 10,000. */
  maxRows?: number
  /** An insert's size, bytes; default 16 Mi. */
  maxBytes?: number
  /** The longest that a row waits for others; default 1,000. */
  maxDelayMs?: number
  /** First and longest wait after a failed insert; default 100 and 10,000. */
  backoffMs?: { first: number; longest: number }
  /** A record that history cannot take; it stays in the log. */
  onRejected?(rejected: { table: Table; why: string }): void
  /** The log failed, so no more rows are written. The store's trouble never comes here. */
  onFailed?(error: unknown): void
}

export interface HistoryStats {
  /** Rows stored. */
  rows: number
  inserts: number
  /** Failed inserts; `trouble` says why while it lasts. */
  retries: number
  rejected: number
  /** Records that are not for history. */
  skipped: number
  /** Records of the log that are not stored yet, as known at each partition's last batch. */
  lag: number
  trouble?: string
}

export interface HistoryWriter {
  readonly stats: Readonly<HistoryStats>
  /** Writes what waits; resolves when it is stored. */
  flush(): Promise<void>
  /** Stops reading, tries once more to write what waits, and leaves the rest to the log. */
  close(): Promise<void>
}

/** Writes every record of the log to history, at its own pace: the log is the buffer while the store is slow or away. */
export async function historyWriter(options: HistoryWriterOptions): Promise<HistoryWriter> {
  const { log, history } = options
  const { group = 'history', maxRows = 10_000, maxBytes = 16 * 1024 * 1024, maxDelayMs = 1_000 } = options
  const { first: firstWait, longest: longestWait } = options.backoffMs ?? { first: 100, longest: 10_000 }

  const stats: HistoryStats = { rows: 0, inserts: 0, retries: 0, rejected: 0, skipped: 0, lag: 0 }
  const waiting = new Map<string, Pending>()
  const ends = new Map<string, { end: number; next: number }>()
  let inHand: Pending | undefined
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopping = false
  /** A batch was given up, at the close or with the log: to commit a later one would lose it. */
  let ended = false
  let wake = () => {}

  const keyOf = (topic: string, partition: number) => `${topic}/${partition}`
  const countLag = () => {
    stats.lag = 0
    for (const { end, next } of ends.values()) stats.lag += Math.max(0, end - next)
  }

  function reject(table: Table, why: string): void {
    stats.rejected++
    options.onRejected?.({ table, why })
  }

  function rowsFor(table: Table, record: LogRecord): readonly Row[] {
    const { value, appended } = record
    const { stream } = record.headers
    // The events topic is an inbox that other streams share.
    if (value === null || (table === 'events' && stream !== undefined && stream !== 'events')) {
      stats.skipped++
      return none
    }
    if (table === 'events' && stream === undefined && options.foreign !== undefined) {
      // What it cannot read is a dead letter, and the flow writes that.
      const { events } = options.foreign(record)
      if (events.length === 0) stats.skipped++
      return events.map(({ event, text }) => history.row(table, text ?? JSON.stringify(event), appended, event))
    }
    try {
      return [history.row(table, value, appended)]
    } catch (error) {
      reject(table, wordsOf(error))
      return none
    }
  }

  const isFull = (batch: Pending) => batch.rows >= maxRows || batch.bytes >= maxBytes

  async function onBatch(batch: Batch): Promise<void> {
    const table = sources[batch.topic]
    if (table === undefined) return
    if (ended) throw new RescindError('HISTORY_UNAVAILABLE', 'The history writer has ended', { retry: 'never' })
    const key = keyOf(batch.topic, batch.partition)
    ends.set(key, { end: batch.end, next: ends.get(key)?.next ?? batch.records[0]?.offset ?? batch.end })
    countLag()
    for (const record of batch.records) {
      const to = waiting.get(batch.topic) ?? pending(batch.topic, table)
      waiting.set(batch.topic, to)
      add(to, batch.partition, record.offset, record.appended, rowsFor(table, record))
      if (isFull(to)) await take(to)
    }
    arm()
  }

  function arm(): void {
    if (stopping || waiting.size === 0) return
    timer ??= setTimeout(async () => {
      await flush().catch(failed)
      timer = undefined
      arm()
    }, maxDelayMs)
  }

  /** Starts to write it once nothing else is being written: one batch is on its way while the next fills. */
  async function take(batch: Pending): Promise<void> {
    while (writing !== undefined) await writing
    if (waiting.get(batch.topic) !== batch) return
    waiting.delete(batch.topic)
    if (ended) return
    writing = store(batch).finally(() => {
      writing = undefined
    })
    // Its failure is met by whoever waits for it next; until then it must not count as unhandled.
    writing.catch(failed)
  }

  async function flush(): Promise<void> {
    for (const batch of [...waiting.values()]) await take(batch)
    while (writing !== undefined) await writing
  }

  async function store(batch: Pending): Promise<void> {
    inHand = batch
    const rows = rowsOf(batch)
    const stored = rows.length === 0 || (await insert(batch, rows))
    inHand = undefined
    if (!stored) {
      ended = true
      return
    }
    // Partitions that were lost meanwhile are another's to commit.
    const offsets = positionsOf(batch)
    if (offsets.length > 0) await log.commit(group, { outputs: [], changelog: [], offsets })
    for (const { topic, partition, offset } of offsets) {
      const known = ends.get(keyOf(topic, partition))
      if (known !== undefined) known.next = offset
    }
    countLag()
  }

  /** Tries until it is stored; false when the writer is closed before. */
  async function insert(batch: Pending, rows: readonly Row[]): Promise<boolean> {
    const token = tokenOf(batch, group)
    for (let wait = firstWait; ; wait = Math.min(longestWait, wait * 2)) {
      try {
        const rejected = await history.insert(batch.table, rows, token)
        for (const { why } of rejected) reject(batch.table, why)
        stats.rows += rows.length - rejected.length
        stats.inserts++
        delete stats.trouble
        return true
      } catch (error) {
        stats.retries++
        stats.trouble = wordsOf(error)
        if (stopping) return false
        await pause(wait)
      }
    }
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const late = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(late)
        resolve()
      }
    })

  function failed(error: unknown): void {
    if (ended) return
    ended = true
    stopping = true
    wake()
    options.onFailed?.(error)
  }

  const consumer = await log.consume({
    group,
    topics: Object.keys(sources),
    from: 'earliest',
    maxRecords: 500,
    // Rows wait for each other anyway; to be woken for each record costs the decisions their time.
    patienceMs: Math.min(500, maxDelayMs),
    onBatch,
    onFailed: failed,
    onRevoked: async (partitions) => {
      for (const { topic, partition } of partitions) {
        ends.delete(keyOf(topic, partition))
        for (const batch of [waiting.get(topic), inHand]) if (batch?.topic === topic) forget(batch, partition)
      }
    },
  })

  return {
    stats,
    flush,
    async close() {
      stopping = true
      clearTimeout(timer)
      wake()
      await consumer.close()
      await flush().catch(() => undefined)
    },
  }
}
