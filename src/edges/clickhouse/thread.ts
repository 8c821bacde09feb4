import { Worker } from 'node:worker_threads'
import { wordsOf } from '../../errors.ts'
import type { HistoryStats } from './writer.ts'

/** What the thread tells: how far it is, something to log, something to count, or that it failed. */
export type FromThread =
  | { kind: 'stats'; stats: HistoryStats }
  | { kind: 'message'; level: 'debug' | 'info' | 'warn' | 'error'; message: string; about: Record<string, unknown> }
  | { kind: 'event'; event: string; about: Record<string, unknown> }
  | { kind: 'failed'; why: string }

export const closeThread = 'close'

export interface HistoryThreadOptions {
  /** The thread’s program, compiled. */
  entry: URL
  /** For the program; plain data. */
  data: unknown
  onMessage(message: Exclude<FromThread, { kind: 'stats' | 'failed' }>): void
  /** It ended and begins again from the committed offsets. */
  onFailed(why: string): void
}

export interface HistoryThread {
  readonly stats: Readonly<HistoryStats>
  close(): Promise<void>
}

/** Pause before a thread that failed is started again. */
const againMs = 1000
/** How long a stop may take before the thread is cut off; what is not committed is written again. */
const graceMs = 10_000
/** Records of a fetch and their rows live a moment: room for them spares copying. */
const youngMiB = 96

/**
 * The history writer in a thread of its own: reading records and making rows costs about as much as deciding on them, and a
 * decision should not wait for it. For a log that several may open; its offsets are its own anyway.
 */
export function startHistoryThread({ entry, data, onMessage, onFailed }: HistoryThreadOptions): HistoryThread {
  let stats: HistoryStats = { rows: 0, inserts: 0, retries: 0, rejected: 0, skipped: 0, lag: 0 }
  let before = stats
  let closing = false
  let again: NodeJS.Timeout | undefined
  let worker: Worker

  function start(): void {
    before = stats
    let why = 'it ended by itself'
    worker = new Worker(entry, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: youngMiB } })
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'stats') stats = sum(before, message.stats)
      else if (message.kind === 'failed') why = message.why
      else onMessage(message)
    })
    worker.on('error', (error: unknown) => {
      why = wordsOf(error)
    })
    worker.once('exit', () => {
      if (closing) return
      stats = { ...stats, trouble: why }
      onFailed(why)
      again = setTimeout(start, againMs)
    })
  }
  start()

  return {
    get stats() {
      return stats
    },
    async close() {
      closing = true
      clearTimeout(again)
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      if (worker.threadId < 0) return
      worker.postMessage(closeThread)
      const late = setTimeout(() => void worker.terminate(), graceMs)
      await ended
      clearTimeout(late)
    },
  }
}

/** Counts go on over a restart; what is so now is what the running thread says. */
const sum = (before: HistoryStats, now: HistoryStats): HistoryStats => ({
  ...now,
  rows: before.rows + now.rows,
  inserts: before.inserts + now.inserts,
  retries: before.retries + now.retries,
  rejected: before.rejected + now.rejected,
  skipped: before.skipped + now.skipped,
})
