import { digest } from '../model/digest.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Reject } from '../model/reject.ts'
import type { Append, Damage } from '../ports/log.ts'
import type { SourceBatch } from '../ports/source.ts'
import { type Inlet, type InletCounts, type Reading, rawOf } from './inlet.ts'
import { deadLetterOf } from './topics.ts'

interface Part extends Omit<InletCounts, 'rejected'> {
  appends: Append[]
  rejected: Reject[]
}

const emptyPart = (): Part => ({ appends: [], accepted: 0, rejected: [], ignored: 0 })

/** One append for one partition is one record batch of the broker, which has a limit; characters. */
const partChars = 2 * 1024 * 1024

/**
 * What a batch becomes in our log, in parts of bounded size, in order. The cause of an event is its record’s sender and
 * offset, and which of the record’s events it is.
 */
export function* partsOf(
  { source, sender, records }: SourceBatch,
  inlet: Inlet,
  reading: Reading,
  now: number,
  put: (event: AgentEvent, cause: string, into: Append[]) => void,
): Generator<Part> {
  let part = emptyPart()
  let chars = 0
  for (const record of records) {
    if (record.damage !== undefined) {
      const reject = damaged(
        record.damage,
        { source, topic: record.topic, partition: record.partition, offset: record.offset },
        sender,
        now,
      )
      part.appends.push(deadLetterOf(reject))
      part.rejected.push(reject)
      continue
    }
    // A tombstone of a compacted topic says that something is gone, not that somebody did something.
    if (record.value === null) continue
    const { topic, partition, offset } = record
    const found: ((into: Part) => void)[] = []
    inlet(
      { ...rawOf(record), received: now },
      {
        event(event) {
          const cause = `${sender}@${offset}.${found.length}`
          found.push((into) => {
            put(event, cause, into.appends)
            into.accepted++
          })
        },
        reject(refused) {
          // Each record has a dead letter of its own; the same record read again is the same dead letter.
          const id = digest(refused.id, sender, offset)
          const reject: Reject = { ...refused, id, origin: { source, topic, partition, offset } }
          found.push((into) => {
            into.appends.push(deadLetterOf(reject))
            into.rejected.push(reject)
          })
        },
        ignore(count) {
          part.ignored += count
        },
      },
      { ...reading, arrived: now },
    )
    for (const add of found) {
      const at = part.appends.length
      add(part)
      for (const { value } of part.appends.slice(at)) chars += value?.length ?? 0
      if (chars < partChars) continue
      yield part
      part = emptyPart()
      chars = 0
    }
  }
  if (part.appends.length > 0 || part.ignored > 0) yield part
}

/** What nobody can read is told by where it stands. */
const damaged = ({ why }: Damage, origin: NonNullable<Reject['origin']>, sender: string, now: number): Reject => ({
  id: digest('RECORD_DAMAGED', sender, origin.offset),
  time: now,
  stage: 'source',
  code: 'RECORD_DAMAGED',
  reason: `The record cannot be read: ${why}.`.toWellFormed(),
  raw: '',
  rawBytes: 0,
  origin,
})
