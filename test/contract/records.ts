import type { Batch, ConsumeOptions, Log, LogRecord } from '../../src/ports/log.ts'

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

export async function readAll(log: Log, topic: string): Promise<LogRecord[]> {
  const read: LogRecord[] = []
  for (let partition = 0; partition < log.partitions(topic); partition++)
    read.push(...(await collect(log.read(topic, partition))))
  return read
}

/** The state that the records of a compacted topic add up to. */
export function fold(records: readonly LogRecord[]): Record<string, string> {
  const state: Record<string, string> = {}
  for (const { key, value } of records) {
    if (value === null) delete state[key]
    else state[key] = value
  }
  return state
}

export const values = (batches: readonly Batch[]) => batches.flatMap(({ records }) => records.map(({ value }) => value))

type Subscription = Pick<ConsumeOptions, 'group' | 'topics' | 'from' | 'maxRecords'>

/** Options that gather records, and a promise for when the gathered are as wished or the consumer failed. */
export function listener(subscription: Subscription) {
  const seen: LogRecord[] = []
  let check = () => {}
  let fail = (_: unknown) => {}
  const options: ConsumeOptions = {
    ...subscription,
    async onBatch({ records }) {
      seen.push(...records)
      check()
    },
    onFailed: (error) => fail(error),
  }
  const arrived = (wished: (seen: readonly LogRecord[]) => boolean) =>
    new Promise<readonly LogRecord[]>((resolve, reject) => {
      fail = reject
      check = () => {
        if (wished(seen)) resolve(seen)
      }
      check()
    })
  return { options, arrived }
}

export async function consumeUntil(
  log: Log,
  subscription: Subscription,
  count: number,
  handle: (batch: Batch) => Promise<void> = async () => {},
): Promise<Batch[]> {
  const batches: Batch[] = []
  const done = deferred<void>()
  const consumer = await log.consume({
    ...subscription,
    async onBatch(batch) {
      await handle(batch)
      batches.push(batch)
      if (batches.reduce((sum, { records }) => sum + records.length, 0) >= count) done.resolve()
    },
    onFailed: done.reject,
  })
  await done.promise
  await consumer.close()
  return batches
}

export function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
