import type { Provenance } from '../../../model/event.ts'
import { carriesRead, flowOf, handsSecretFile, showsSecret } from '../flows/flow.ts'
import { tellsRestricted } from '../flows/restricted.ts'
import type { Memory } from '../memory.ts'
import { maxFieldWords } from '../reading/form.ts'
import {
  askedRepository,
  decidingOf,
  isAdded,
  isAim,
  isHidden,
  isLinkLocal,
  isMeetingPlace,
  isNowhere,
  isOnAskedSite,
  isOnOwnPlace,
  isPerson,
  isSoundlyAimed,
  isVisit,
} from '../values/aims.ts'
import type { CallInHand } from '../values/in-hand.ts'
import { shareNamed } from '../values/lookup.ts'
import type { Value } from '../values/values.ts'
import { isBeyond, isUnasked } from './asked.ts'
import { isLedAstray } from './astray.ts'
import { passesOn } from './links-passed-on.ts'
import { loadsElsewhere } from './loaded.ts'
import { isAnotherNumber, isDictated, isDoubtful, isHandOver, isOpen, isProof } from './proof.ts'
import { answeredBy } from './replies.ts'
import { revisionOf } from './revision.ts'
import { isTold } from './told.ts'

/** Notes of an act that leaves own space, costs, executes, persists or destroys: which of its aims have no proof. */
export function noteAct(memory: Memory, inHand: CallInHand, provenance: Provenance, unasked: number | undefined): void {
  const { call, act, isGrave, onlyVisits, values, counted, doubtful, stems } = inHand
  const { isVerbAsked, isFullyAsked } = inHand
  const revision = act.sink === 'persistence' ? revisionOf(memory, counted) : undefined
  const isAnswered = act.sink === 'outward' ? answeredBy(memory, counted, call.request) : () => false
  const isOwnWork = (v: Value) => revision?.accounts(v) === true || isAnswered(v)
  const deciding = decidingOf(counted).filter((v) => !(onlyVisits && isVisit(v)))
  // What is approved, run, paid or lives on is aimed by names and numbers too. Where the request asks for the very act and names
  // who gets the right, the place that it is a right in may be looked up.
  const isGiven =
    act.sink === 'persistence' && isFullyAsked && counted.some((v) => isPerson(v) && v.stand === 'request')
  const aims = isGrave
    ? counted.filter(
        (v) =>
          v.tokens.length > 0 &&
          (act.unclear !== true || isAim(v)) &&
          (!v.isPath || act.sink === 'persistence') &&
          !(isGiven && isMeetingPlace(v) && (!v.found.spoken || v.tokens.length > maxFieldWords)),
      )
    : []
  if (
    revision?.isForeign === true ||
    [...deciding, ...aims].some(
      (v) =>
        !isOwnWork(v) && ((doubtful.includes(v) && !(isFullyAsked && isLookedUp(memory, v))) || isHidden(memory, v)),
    ) ||
    (act.sink === 'outward' && passesOn(memory, call, values)) ||
    loadsElsewhere(memory, values, call.known) ||
    isLedAstray(memory, inHand)
  )
    provenance.untrusted = 'identifier'
  else if (
    call.request !== '' &&
    (values.some((v) => isDictated(v)) ||
      (memory.isSpoken && !isVerbAsked && !counted.some((v) => v.leads) && doubtful.length > 0))
  )
    provenance.untrusted = 'value'
  // Whichever word says it: what is destroyed is asked for, thing by thing.
  const isDestroyingAsked = unasked === 0 && memory.request.asks.has('irreversible')
  if (call.request !== '' && !isVerbAsked && !isDestroyingAsked && isUnasked(values, stems, memory)) {
    const share = shareNamed(memory, stems, isHandOver(memory, act.sink))
    if (share > 0) provenance.named = Math.round(share * 1000) / 1000
  }
  // What comes from nowhere is the agent’s own, unless a text that it read had something to hide it for.
  const isSuspect = memory.isSpoken || memory.isCut || (call.request !== '' && memory.isTainted && act.sink !== 'money')
  const isAimed = isSoundlyAimed(counted)
  const asked = askedRepository(memory, counted)
  if (
    isSuspect &&
    provenance.untrusted === undefined &&
    counted.some((v) => isNowhere(memory, v, act.sink, isAimed) && !isOwnWork(v) && !asked.includes(v))
  )
    provenance.doubt = memory.isCut ? 'lost' : 'nowhere'
  if (provenance.untrusted === undefined && !isFullyAsked && isTold(memory, call, values)) provenance.told = true
  if (call.request !== '' && isBeyond(memory, { ...call, act }, counted)) provenance.beyond = true
}

/** What an act is done to may be read up, but for another number of a thing than the request names. */
const isLookedUp = (memory: Memory, v: Value): boolean => v.part.role === 'selector' && !isAnotherNumber(memory, v)

/** Notes of what a call only visits: links that text supplied, and what was added to them. */
export function noteVisits(memory: Memory, { act, counted, doubtful }: CallInHand, provenance: Provenance): void {
  // A program that is told where to go sends there what it likes: where it may send is what counts.
  const tellsMore = (v: Value) => act.adds === true && isDoubtful(memory, v, 'outward')
  const visits = counted.filter(
    (v) =>
      isVisit(v) &&
      (doubtful.includes(v) || (isOpen(v) && (isAdded(v) || tellsMore(v)))) &&
      !isOnAskedSite(memory, v) &&
      !isOnOwnPlace(memory, v),
  )
  // Anything added to a link that only text supplied goes to whoever wrote it.
  if (visits.some((v) => isAdded(v) || tellsMore(v))) provenance.added = true
  // A link exactly as it was read carries nothing out: held only where the text speaks to the model.
  const isKept = counted.some((v) => isVisit(v) && isOpen(v) && isLinkLocal(v))
  if (provenance.added === true || isKept || visits.some((v) => v.found.spoken)) provenance.untrusted = 'identifier'
  if (visits.length > 0 && provenance.untrusted === undefined) provenance.fromRead = true
}

/** A system’s own name of a thing, where an argument asks for one: as random as a credential, and none. */
const isOwnId = ({ part, stand, tokens }: Value): boolean =>
  part.role === 'selector' && stand === 'system' && tokens.length === 1 && /(?:id|etag|if-match)s?$/i.test(part.name)

/** Notes what flows: a secret or restricted data that was read, or words of what was read, to where nothing vouches for. */
export function noteFlow(
  memory: Memory,
  { call, act, acts, values, counted }: CallInHand,
  provenance: Provenance,
): void {
  // Before anything was read, what an unknown request is about is the person’s own.
  const isFirst = call.request === '' && !memory.isCut && memory.readings.every((reading) => reading.isDefinition)
  if ((act.sink !== 'own' && !isFirst && showsSecret(memory, act.parts)) || handsSecretFile(memory, act)) {
    provenance.flow = 'secret'
    return
  }
  if (!acts && !counted.some(isVisit)) return
  const isProven =
    counted.some((v) => v.leads) &&
    counted.every((v) => !v.leads || (isProof(memory, v, act.sink) && !(isVisit(v) && isOpen(v) && isAdded(v))))
  if (isProven) return
  const ids = new Set(values.filter(isOwnId).map((v) => v.part))
  const flow = flowOf(memory, ids.size === 0 ? act.parts : act.parts.filter((part) => !ids.has(part)))
  // What stays with others who work with it, as a record of the same system, is not told to anybody outside.
  const leaves = act.sink === 'outward' || counted.some((v) => v.leads)
  if (flow !== undefined) provenance.flow = flow
  else if (leaves && tellsRestricted(memory, act.parts)) provenance.flow = 'restricted'
  else if (acts && memory.isTainted && carriesRead(memory, act.parts)) provenance.carries = true
}
