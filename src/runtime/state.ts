import { stateKey } from '../flow/state-key.ts'
import type { Append, Log, Position } from '../ports/log.ts'
import type { Inbox, Progress } from './inbox.ts'
import { stateTopic } from './topics.ts'

const progressKey = stateKey({ kind: 'progress' })
/** Up to which offset of the inbox a record of the changelog is true. */
const atHeader = 'at'
const keysAtOnce = 1000

/** What changed in a partition since the last call, and its progress: one write that is there whole or not at all. */
export function changelogOf<Streams>(inbox: Inbox<Streams>, partition: number): Append[] {
  const progress = inbox.progress(partition)
  const topic = stateTopic(inbox.lane.spec.name)
  const headers = { [atHeader]: String(progress.next) }
  const changelog: Append[] = inbox.lane
    .takeTexts(partition)
    .map(({ key, text }) => ({ topic, partition, key, value: text, headers }))
  changelog.push({ topic, partition, key: progressKey, value: JSON.stringify(progress), headers })
  inbox.noteFlushed(partition)
  return changelog
}

/**
 * Brings back a partition’s keys and progress; answers where to go on. Of two records of a key the one that is true up
 * to the later offset counts, wherever it stands: an instance that lost the partition and did not know it yet may have
 * written late. States are functions of the inbox, so both are right and the later one is further.
 */
export async function restorePartition<Streams>(
  log: Pick<Log, 'read' | 'range'>,
  inbox: Inbox<Streams>,
  position: Position,
  onKeys: (count: number) => void,
): Promise<Position> {
  const { topic, partition } = position
  const at = new Map<string, number>()
  let progress: Progress | undefined
  let keys = 0
  for await (const record of log.read(stateTopic(inbox.lane.spec.name), partition)) {
    const offset = Number(record.headers[atHeader] ?? 0)
    if (offset < (at.get(record.key) ?? -1)) continue
    at.set(record.key, offset)
    if (record.key === progressKey)
      progress = record.value === null ? undefined : (JSON.parse(record.value) as Progress)
    else if (record.value === null) inbox.lane.drop(record.key, partition)
    else inbox.lane.restore(record.key, partition, record.value)
    if (++keys % keysAtOnce === 0) onKeys(keysAtOnce)
  }
  onKeys(keys % keysAtOnce)
  const { start, end } = await log.range(topic, partition)
  if (progress === undefined) progress = { next: position.offset, time: 0, epoch: 0, sources: {} }
  // The inbox was deleted and made anew: its offsets begin again and must not be taken for those of the old one.
  if (progress.next > end) progress = { ...progress, next: start, epoch: progress.epoch + 1 }
  inbox.restore(partition, progress)
  return { topic, partition, offset: progress.next }
}
