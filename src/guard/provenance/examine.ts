import { classOf } from '../../formats/kit/action-class.ts'
import type { Provenance } from '../../model/event.ts'
import type { Examination, Examined } from './call.ts'
import type { Memory } from './memory.ts'
import { destroyedBy } from './proof/asked.ts'
import { carriedBy } from './proof/carried.ts'
import { noteAct, noteFlow, noteVisits } from './proof/held-for.ts'
import { handedAims, isVisit } from './values/aims.ts'
import { destinationsOf, lessons, shareRead } from './values/destinations.ts'
import { type CallInHand, inHand } from './values/in-hand.ts'
import { isRead } from './values/values.ts'

/** Pure: what a call does, against what its task was asked and has read. */
export function examine(memory: Memory, call: Examination): Examined {
  const found = inHand(memory, call)
  const { act, acts, counted, isFullyAsked, onlyVisits, selectors, values } = found
  const destroyed =
    act.sink === 'irreversible' ? destroyedBy(memory, call, selectors, act.items, isFullyAsked) : undefined
  const provenance = provenanceOf(memory, found, destroyed?.unasked)
  return {
    action: act.sink === call.act.sink ? call.act.action : classOf(act.sink),
    destinations: destinationsOf(counted, call.domains),
    aims: acts && !onlyVisits ? handedAims(memory, counted, call) : [],
    arguments: {
      digest: call.digest,
      bytes: call.bytes,
      items:
        destroyed?.unasked === 0 ? destroyed.others : act.sink === 'look' ? Math.max(1, selectors.length) : act.items,
      fromOutputs: shareRead(values),
    },
    provenance,
    ...carriedBy(memory, found),
  }
}

/** Where the values of a call came from, in the words of the event; what it is held for is decided by the detectors. */
function provenanceOf(memory: Memory, inHand: CallInHand, unasked: number | undefined): Provenance {
  const { call, act, acts, isAskedFor, isForeign, onlyVisits, values, counted } = inHand
  const provenance: Provenance = { sink: act.sink }
  if (call.request !== '') provenance.request = call.request
  if (memory.isTainted) provenance.tainted = true
  if (memory.isCut) provenance.cut = true
  if (isAskedFor || counted.some((v) => v.stand === 'request' && !v.isPlain && !v.isPath)) provenance.asked = true
  // A page that is opened in a place of others’ is a visit.
  if (onlyVisits && counted.some(isVisit)) provenance.sink = 'look'
  if (acts) noteAct(memory, inHand, provenance, unasked)
  if (!acts || onlyVisits) noteVisits(memory, inHand, provenance)
  if (unasked !== undefined) provenance.unasked = unasked
  noteFlow(memory, inHand, provenance)
  if (isForeign) provenance.untrusted = 'identifier'
  if (counted.some((v) => v.leads)) provenance.identifies = true
  if (values.some((v) => isRead(v.stand) && !v.found.linked && !v.isPlain && !v.isPath)) provenance.fromRead = true
  lessons(counted, provenance)
  return provenance
}
