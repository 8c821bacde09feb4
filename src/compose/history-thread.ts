/** The program of the thread that writes history where the log is Kafka’s: a composition of its own, beside compose.ts. */

import { constants, getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { type HistoryOptions, openHistory } from '../edges/clickhouse/open.ts'
import { closeThread, type FromThread } from '../edges/clickhouse/thread.ts'
import { historyWriter } from '../edges/clickhouse/writer.ts'
import { type KafkaLogOptions, openKafkaLog } from '../edges/kafka/log/open-kafka-log.ts'
import { wordsOf } from '../errors.ts'
import { formats } from '../formats/index.ts'
import type { TopicSpec } from '../ports/log.ts'
import { foreignRecords } from '../runtime/foreign.ts'
import { openInlet } from '../runtime/inlet.ts'

export interface HistoryThreadData {
  kafka: KafkaLogOptions
  topics: readonly TopicSpec[]
  store: HistoryOptions
  tenant?: string
  maxRows: number
  maxDelayMs: number
}

/** How often the counts are told. */
const statsMs = 200

const { kafka, topics, store, tenant, maxRows, maxDelayMs } = workerData as HistoryThreadData
const tell = (message: FromThread) => parentPort?.postMessage(message)
/** What the client tells of may hold what cannot go to another thread. */
const plain = (about: Record<string, unknown>) => JSON.parse(JSON.stringify(about)) as Record<string, unknown>
const fail = (error: unknown) => {
  tell({ kind: 'failed', why: wordsOf(error) })
  process.exit(1)
}

// On Linux this is of the calling thread only: decisions go first.
const { PRIORITY_BELOW_NORMAL } = constants.priority
if (process.platform === 'linux' && getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL)

const log = await openKafkaLog({
  ...kafka,
  onMessage: (level, message, about) => tell({ kind: 'message', level, message, about: plain(about) }),
  onEvent: (event, about) => tell({ kind: 'event', event, about: plain(about) }),
})
await log.createTopics(topics)
const history = await openHistory(store)
const foreign = foreignRecords(openInlet(formats, tenant), log)
const writer = await historyWriter({ log, history, foreign, maxRows, maxDelayMs, onFailed: fail })
const tellStats = () => tell({ kind: 'stats', stats: { ...writer.stats } })
const telling = setInterval(tellStats, statsMs)

parentPort?.once('message', async (message: unknown) => {
  if (message !== closeThread) return
  clearInterval(telling)
  await writer.close()
  tellStats()
  await log.close()
  await history.close()
})
