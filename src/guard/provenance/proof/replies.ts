import { digestOfWord } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'
import { form } from '../reading/form.ts'
import type { Value } from '../values/values.ts'

/**
 * Which values of a call are whom it answers: who is said to have written a message that was read, where the call names that very
 * message too (its id, its thread), and nothing in the message speaks to the model.
 */
export function answeredBy(memory: Memory, counted: readonly Value[]): (v: Value) => boolean {
  const messages = counted
    .filter(
      ({ part, isPath, isPlain, identity }) =>
        part.role === 'selector' && !isPath && !isPlain && identity === undefined,
    )
    .map(({ normal }) => digestOfWord(normal, memory.seed))
  if (messages.length === 0) return () => false
  return ({ identity, part }) => {
    if (identity?.kind !== 'mailbox' || part.role !== 'destination') return false
    const { whole } = keysOf(identity, memory.seed)
    return memory.readings.some((reading) => sent(reading, whole, messages))
  }
}

function sent(reading: IndexedReading, whole: number, messages: readonly number[]): boolean {
  const { ids, idForms, idRecords, fields, fieldRecords, words, records, spoken } = reading
  const senders = [...idForms.keys()].filter((i) => idForms[i] === form.sender)
  // A message that is told in words is one where nobody else is said to have written anything there.
  const isAlone = senders.every((i) => ids[i * 3] === whole)
  const isQuiet = (record: number | undefined) =>
    !records.some((each, p) => spoken[p] === 1 && (isAlone || each === record))
  return senders.some((i) => {
    if (ids[i * 3] !== whole || !isQuiet(idRecords[i])) return false
    const isNamed = fieldRecords.some((each, at) => each === idRecords[i] && messages.includes(fields[at] ?? 0))
    return isNamed || (isAlone && messages.some((each) => words.includes(each)))
  })
}
