import { type Identity, identitiesIn } from '../../identity/index.ts'
import type { Examination } from '../call.ts'
import { digestOfWord } from '../digests/hash.ts'
import { isSought, keysOf } from '../digests/keys.ts'
import { digestOfNormal } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { findIdentity, isAskedIdentity } from '../values/lookup.ts'
import { standOf } from '../values/sightings.ts'
import { isWritten, type Value } from '../values/values.ts'
import { isHandedOver } from './proof.ts'

/** Identities looked up inside the longer texts of one call. */
const maxNested = 64
/** A text of more words than this is not just a carrier of a link. */
const maxCarrierWords = 12

/** A text that is hardly more than an address or link, or whose link a text dictated: it is passed on for the link’s sake. */
export function passesOn(memory: Memory, call: Examination, values: readonly Value[]): boolean {
  let looked = 0
  // Who is to have it was named by the request, or is the agent’s own place: what he is told is the work.
  const isOwed = values.some((v) => v.leads) && values.every((v) => !v.leads || isOwn(memory, v))
  for (const { part, stand, tokens } of values) {
    if (part.role !== 'payload' || stand === 'request') continue
    for (const identity of identitiesIn(part.text)) {
      if (++looked > maxNested) return false
      if (!isSought(identity) || isAskedIdentity(memory, identity)) continue
      const found = findIdentity(memory, identity)
      if (!isWritten(standOf(found)) || isHandedOver(memory, { found, identity }, call.act.sink)) continue
      // Whoever opens a link tells its host something; an address that is passed on tells nobody anything.
      const isLink = identity.kind !== 'mailbox'
      const isCarrier =
        isLink &&
        !isOwed &&
        tokens.length <= maxCarrierWords &&
        identity.canonical.length * 2 >= part.text.trim().length
      if (!isCarrier && !found.spoken) continue
      if (!found.spoken && found.exact && goesBack(memory, identity, values)) continue
      if (call.known?.(digestOfNormal(identity.canonical)) !== true) return true
    }
  }
  return false
}

/** To the message, thread or person that it came with: the call names something of the very record, and of no other one. */
function goesBack({ readings, seed }: Memory, identity: Identity, values: readonly Value[]): boolean {
  const { whole } = keysOf(identity, seed)
  const named = values
    .filter(({ part }) => part.role === 'selector' || part.role === 'destination')
    .map(({ normal }) => digestOfWord(normal, seed))
  return readings.some(({ ids, idRecords, fields, fieldRecords }) =>
    idRecords.some(
      (record, i) =>
        ids[i * 3] === whole && fieldRecords.some((each, at) => each === record && named.includes(fields[at] ?? 0)),
    ),
  )
}

const isOwn = (memory: Memory, v: Value): boolean => v.stand === 'request' || memory.isMade(v.normal)
