import { causesOf, RescindError } from '../../../errors.ts'

/** How long a question to the cluster is asked again, ms. */
const patienceMs = 30_000

export interface PatienceOptions {
  /** Nobody waits for an answer any more. */
  isOver(): boolean
  wordsOf(error: unknown, right: string): string
}

/** Asks the cluster until it answers: the admin client gives up at once while a partition has no leader, or a broker does not know it yet. */
export async function patiently<T>(ask: () => Promise<T>, right: string, options: PatienceOptions): Promise<T> {
  const until = performance.now() + patienceMs
  for (;;)
    try {
      return await ask()
    } catch (error) {
      if (error instanceof RescindError) throw error
      if (!isPassing(error) || performance.now() > until || options.isOver())
        throw new RescindError('LOG_UNREACHABLE', `The cluster does not answer: ${options.wordsOf(error, right)}`, {
          retry: 'later',
          cause: error,
        })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
}

/** Whether the same question may be answered in a moment: the client says it of its own errors, not always of their causes. */
function isPassing(error: unknown): boolean {
  for (const e of causesOf(error)) {
    if ('retriable' in e && e.retriable === true) return true
    // While a new topic is not known to every broker, the client trips over the answers that are missing.
    if (e instanceof TypeError) return true
    if (/^KafkaJS(NumberOfRetries|Connection|Broker|Metadata|TopicMetadata|LockTimeout|RequestTimeout)/.test(e.name))
      return true
  }
  return false
}
