import type { Append, Batch, Commit, ConsumeOptions, Log, LogRecord, Position } from '../../../src/ports/log.ts'

/** A log in memory with what the history writer uses of it: a consumer, commits and what has been committed. */
export interface MemoryLog extends Log {
  commits: Commit[]
  /** Loses partitions, as a rebalance would. */
  revoke(partitions: readonly { topic: string; partition: number }[]): Promise<void>
  /** Resolves when the consumer has been given all records. */
  drained(): Promise<void>
  failCommits: boolean
}

export function memoryLog(): MemoryLog {
  const records = new Map<string, LogRecord[]>()
  const offsets = new Map<string, number>()
  const position = new Map<string, number>()
  const commits: Commit[] = []
  let options: ConsumeOptions | undefined
  let pump: Promise<void> = Promise.resolve()
  const key = (topic: string, partition: number) => `${topic}/${partition}`

  async function deliver(): Promise<void> {
    for (let more = true; more && options !== undefined; ) {
      more = false
      for (const [at, all] of records) {
        const from = position.get(at) ?? 0
        const slice = all.slice(from, from + options.maxRecords)
        const head = slice[0]
        if (head === undefined) continue
        more = true
        position.set(at, from + slice.length)
        const batch: Batch = { topic: head.topic, partition: head.partition, records: slice, end: all.length }
        try {
          await options.onBatch(batch)
        } catch (error) {
          const { onFailed } = options
          options = undefined
          onFailed(error)
          return
        }
        if (options === undefined) return
      }
    }
  }

  const unused = () => Promise.reject(new Error('not in this log'))
  const log: MemoryLog = {
    atomic: true,
    writable: true,
    probe: unused,
    commits,
    failCommits: false,
    drained: () => pump,
    createTopics: unused,
    partitions: () => 1,
    partitionOf: () => 0,
    async append(appends: readonly Append[]) {
      const positions: Position[] = []
      for (const { topic, key: name, value, headers = {}, partition = 0 } of appends) {
        const all = records.get(key(topic, partition)) ?? []
        records.set(key(topic, partition), all)
        positions.push({ topic, partition, offset: all.length })
        all.push({ topic, partition, offset: all.length, key: name, value, headers, appended: Date.now() })
      }
      pump = pump.then(deliver)
      return positions
    },
    async consume(given) {
      options = given
      position.clear()
      for (const at of records.keys()) position.set(at, offsets.get(at) ?? 0)
      pump = pump.then(deliver)
      return {
        async close() {
          options = undefined
          await pump
        },
      }
    },
    async commit(_group, commit) {
      if (log.failCommits) throw new Error('the broker is gone')
      commits.push(commit)
      for (const { topic, partition, offset } of commit.offsets) offsets.set(key(topic, partition), offset)
    },
    // biome-ignore lint/correctness/useYield: nobody reads here
    async *read() {
      await unused()
    },
    range: unused,
    committed: async (_group, topic, partition) => offsets.get(key(topic, partition)),
    revoke: async (partitions) => options?.onRevoked?.(partitions),
    close: async () => {
      options = undefined
      await pump
    },
  }
  return log
}
