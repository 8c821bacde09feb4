import { join } from 'node:path'
import { detectors } from '../../detectors/index.ts'
import { openLocalLog } from '../../src/edges/lmdb/open-local-log.ts'
import { defaultPolicy, stamped } from '../../src/policy/policy.ts'
import type { Log, LogRecord } from '../../src/ports/log.ts'
import { replayLog } from '../../src/runtime/replay.ts'
import { wallClock } from '../../src/runtime/wall-clock.ts'
import { rescind } from '../../src/topology.ts'

/** Looks into the log of a monitor that has stopped. */
export async function lookInto<T>(data: string, look: (log: Log) => Promise<T>): Promise<T> {
  const log = await openLocalLog({ directory: join(data, 'log'), clock: wallClock })
  try {
    return await look(log)
  } finally {
    await log.close()
  }
}

/** The same log with some of its members changed. */
const changed = (log: Log, members: Partial<Log>): Log =>
  new Proxy(log, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof Log]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** The same log, but its consumers read no records of these streams: who needs them must have them from elsewhere. */
export const withholding = (log: Log, streams: readonly string[]): Log =>
  changed(log, {
    consume: (options) =>
      log.consume({
        ...options,
        onBatch: (batch) =>
          options.onBatch({
            ...batch,
            records: batch.records.filter(({ headers }) => !streams.includes(headers.stream ?? '')),
          }),
      }),
  })

/** The same log as one that is not atomic, and whose state of agents is not written before `go`; `sizes` of those writes. */
export function holdingState(log: Log): { slow: Log; sizes: number[]; go(): void } {
  const sizes: number[] = []
  let go = () => {}
  const free = new Promise<void>((resolve) => {
    go = resolve
  })
  const slow = changed(log, {
    atomic: false,
    async commit(group, commit) {
      if (commit.changelog.some(({ topic }) => topic === 'state-agent')) {
        sizes.push(commit.changelog.length)
        await free
      }
      await log.commit(group, commit)
    },
  })
  return { slow, sizes, go }
}

/** Every value of a topic, of one stream when its records say theirs. */
export async function valuesOf(log: Log, topic: string, stream?: string): Promise<string[]> {
  const values: string[] = []
  for (let partition = 0; partition < log.partitions(topic); partition++)
    for await (const { value, headers } of log.read(topic, partition))
      if (value !== null && (stream === undefined || headers.stream === stream)) values.push(value)
  return values
}

export const idsOf = (values: readonly string[]): string[] =>
  values.map((each) => (JSON.parse(each) as { id: string }).id)

/** What the log says was decided, and what its inboxes, as far as they were read, give again. */
export async function recordedAndReplayed(log: Log) {
  const read = async function* (topic: string, partition: number): AsyncGenerator<LogRecord> {
    const end = (await log.committed('rescind', topic, partition)) ?? 0
    for await (const record of log.read(topic, partition)) {
      if (record.offset >= end) return
      yield record
    }
  }
  const upToCommitted = changed(log, { read })
  const replayed = { findings: [] as string[], commands: [] as string[] }
  for await (const { topic, value } of replayLog(rescind(detectors, stamped(defaultPolicy(), 0)), upToCommitted))
    if (topic === 'findings' || topic === 'commands') replayed[topic].push(JSON.stringify(value))
  const recorded = { findings: await valuesOf(log, 'findings'), commands: await valuesOf(log, 'commands') }
  // Findings of different lanes and partitions have no order among them; commands come from one.
  recorded.findings.sort()
  replayed.findings.sort()
  return { recorded, replayed }
}
