import type { Identity } from '../../identity/index.ts'
import { digestOfWord } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'
import { form } from '../reading/form.ts'
import { isWrittenBy } from '../values/lookup.ts'
import type { Value } from '../values/values.ts'

/** Somebody by each of the names to whom the request says that something goes has written: nobody else is meant. */
export function isAllMet({ request: { addressees }, readings }: Memory): boolean {
  if (addressees.size === 0) return false
  return [...addressees].every((name) => readings.some(({ writers }) => writers.includes(name)))
}

/** No other mailbox wrote under a name by which the request means its sender: of two that do, a person says which. */
export function isOnlyOne({ request: { addressees }, readings, seed }: Memory, identity: Identity): boolean {
  if (addressees.size === 0) return true
  const { whole } = keysOf(identity, seed)
  const names = new Set<number>()
  const others = new Set<number>()
  for (const { ids, idForms, idRecords, writers, writerRecords } of readings)
    for (let i = 0; i < idForms.length; i++)
      if (idForms[i] === form.sender)
        for (let at = 0; at < writers.length; at++) {
          const name = writers[at] ?? 0
          if (writerRecords[at] === idRecords[i] && addressees.has(name))
            (ids[i * 3] === whole ? names : others).add(name)
        }
  return ![...names].some((name) => others.has(name))
}

/**
 * Which values of a call are whom it answers: who is said to have written a message that was read, where the call names that very
 * message too (its id, its thread), and nothing in the message speaks to the model. Where the request is known, it names him.
 */
export function answeredBy(memory: Memory, counted: readonly Value[], request: string): (v: Value) => boolean {
  const { looks, asks, replies, addressees, names } = memory.request
  if (request !== '' && (looks || !(replies || asks.has('outward')))) return () => false
  const messages = counted
    .filter(
      ({ part, isPath, isPlain, identity }) =>
        part.role === 'selector' && !isPath && !isPlain && identity === undefined,
    )
    .map(({ normal }) => digestOfWord(normal, memory.seed))
  if (messages.length === 0) return () => false
  const isMeant = (reading: IndexedReading, record: number) =>
    request === '' ||
    isWrittenBy(reading, record, addressees) ||
    (addressees.size === 0 && isWrittenBy(reading, record, names)) ||
    (replies && !isAllMet(memory))
  return ({ identity, part }) => {
    if (identity?.kind !== 'mailbox' || part.role !== 'destination') return false
    const { whole } = keysOf(identity, memory.seed)
    return memory.readings.some((reading) => sent(reading, whole, messages, isMeant))
  }
}

function sent(
  reading: IndexedReading,
  whole: number,
  messages: readonly number[],
  isMeant: (reading: IndexedReading, record: number) => boolean,
): boolean {
  const { ids, idForms, idRecords, fields, fieldRecords, words, records, spoken, untrusted, asked } = reading
  if (untrusted) return false
  const senders = [...idForms.keys()].filter((i) => idForms[i] === form.sender)
  // A message that is told in words is one where nobody else is said to have written anything there.
  const isAlone = senders.every((i) => ids[i * 3] === whole)
  // What one of several messages says stands in no record of its own.
  const isQuiet = (record: number) => {
    const isAnywhere = isAlone || !records.includes(record)
    return !records.some((each, p) => spoken[p] === 1 && (isAnywhere || each === record))
  }
  return senders.some((i) => {
    const record = idRecords[i] ?? 0
    if (ids[i * 3] !== whole || !isQuiet(record) || !isMeant(reading, record)) return false
    const isNamed = fieldRecords.some((each, at) => each === record && messages.includes(fields[at] ?? 0))
    return isNamed || (isAlone && messages.some((each) => words.includes(each) || asked.includes(each)))
  })
}
