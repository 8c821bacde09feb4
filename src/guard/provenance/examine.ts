import { classOf } from '../../formats/action-class.ts'
import type { Provenance } from '../../model/event.ts'
import { graver, type Sink } from '../../model/sink.ts'
import type { Act, Part } from '../act/index.ts'
import { decodings, identitiesIn } from '../identity/index.ts'
import { isUnasked, isVerbAsked, toolStems, unaskedOf } from './asked.ts'
import { broughtBy, runsBrought } from './brought.ts'
import type { Call, Examined } from './call.ts'
import { destinationsOf, lessons, shareRead } from './destinations.ts'
import { carriesRead, flowOf, showsSecret } from './flow.ts'
import { maxFieldWords } from './form.ts'
import { digestOfWord } from './hash.ts'
import type { Joins } from './joins.ts'
import { digestsOf, isCalledSo, isNamedFile, isRead, isWritten, type Value, valuesOf } from './judge.ts'
import { isSought, keysOf } from './keys.ts'
import { findIdentity, isAskedIdentity, type Memory, shareNamed, standOf } from './lookup.ts'
import { isPieced } from './pieces.ts'
import { isDictated, isDoubtful, isHandedOver, isHandOver, isOpen, isProof } from './proof.ts'
import { revisionOf } from './revision.ts'
import { digestOfNormal, tokensOf } from './text.ts'
import { isTold } from './told.ts'

export interface Examination extends Call {
  domains: readonly string[]
  joins: Joins
  /** Digest of the first request; empty: none was seen. */
  asked: string
  digest: string
  bytes: number
}

/** What tools read that people write. */
const written =
  /(?:^|[^a-z]|(?<=[a-z])(?=[A-Z]))(?:messages?|e?mails?|inbox|issues?|comments?|(?:web)?pages?|posts?|threads?|chats?|reviews?|tickets?|discussions?|articles?)(?![a-z])/i
/** Identities looked up inside the longer texts of one call. */
const maxNested = 64
/** A text of more words than this is not just a carrier of a link. */
const maxCarrierWords = 12

/** Sinks where a name or a number aims as well as an address does. */
const grave: ReadonlySet<Sink> = new Set(['money', 'execution', 'persistence', 'approval'])

/** Pure: what a call does, against what its task was asked and has read. */
export function examine(memory: Memory, call: Examination): Examined {
  const isForeign = runsBrought(memory, call.act)
  const act: Act = isForeign ? { ...call.act, sink: graver(call.act.sink, 'execution') } : call.act
  const isLook = act.sink === 'look'
  const acts = !isLook && act.sink !== 'own'
  const isGrave = grave.has(act.sink)
  const values = [...act.parts, ...hidden(act.parts)].flatMap((part) => valuesOf(memory, part, call.known, isGrave))
  const counted = values.filter(
    (v) => v.part.role !== 'payload' && v.part.role !== 'control' && (v.part.role !== 'command' || isGrave),
  )
  const provenance: Provenance = { sink: act.sink }
  if (call.asked !== '') provenance.request = call.asked
  if (memory.isTainted) provenance.tainted = true
  if (memory.isCut) provenance.cut = true

  const stems = toolStems(call.tool, memory)
  const verbAsked = isVerbAsked(stems, memory)
  const stemsAsked = stems.filter((stem) => memory.request.stems.has(stem)).length
  // Where the request asks for the very act, what it is done to may be read up.
  const inFull = verbAsked && stemsAsked * 2 > stems.length
  const isAskedFor = verbAsked || (stemsAsked > 0 && stemsAsked * 2 >= stems.length)
  if (isAskedFor || counted.some((v) => v.stand === 'request' && !v.isPlain && !v.isPath)) provenance.asked = true

  const selectors = counted.filter((v) => v.part.role === 'selector')
  const doubtful = counted.filter((v) => isDoubtful(memory, v, act.sink))
  // A program that is told where to go sends there what it likes: where it may send is what counts.
  const tellsMore = (v: Value) => act.adds === true && isDoubtful(memory, v, 'outward')
  // A page that is opened in a place of others’ is a visit, while nothing is sent with it.
  const onlyVisits = act.sink === 'shared' && act.adds !== true && !act.parts.some((part) => part.role === 'payload')
  if (onlyVisits && counted.some(isVisit)) provenance.sink = 'look'
  if (acts) {
    const revision = act.sink === 'persistence' ? revisionOf(memory, counted) : undefined
    const isOwnWork = (v: Value) => revision?.accounts(v) === true
    const deciding = decidingOf(counted).filter((v) => !(onlyVisits && isVisit(v)))
    // What is approved, run, paid or lives on is aimed by names and numbers too. Where the request asks for the very act and names
    // who gets the right, the place that it is a right in may be looked up.
    const isGiven = act.sink === 'persistence' && inFull && counted.some((v) => isPerson(v) && v.stand === 'request')
    const aims = isGrave
      ? counted.filter(
          (v) =>
            v.tokens.length > 0 &&
            (!v.isPath || act.sink === 'persistence') &&
            !(isGiven && isPlace(v) && (!v.found.spoken || v.tokens.length > maxFieldWords)),
        )
      : []
    if (
      revision?.isForeign === true ||
      [...deciding, ...aims].some(
        (v) =>
          !isOwnWork(v) && ((doubtful.includes(v) && !(inFull && v.part.role === 'selector')) || isHidden(memory, v)),
      ) ||
      (act.sink === 'outward' && passesOn(memory, call, values))
    )
      provenance.untrusted = 'identifier'
    else if (
      call.asked !== '' &&
      (values.some((v) => isDictated(v)) ||
        (memory.isSpoken && !verbAsked && !counted.some((v) => v.leads) && doubtful.length > 0))
    )
      provenance.untrusted = 'value'
    if (call.asked !== '' && !verbAsked && isUnasked(values, stems, memory)) {
      const share = shareNamed(memory, stems, isHandOver(memory, act.sink))
      if (share > 0) provenance.named = Math.round(share * 1000) / 1000
    }
    // What comes from nowhere is the agent’s own, unless a text that it read had something to hide it for.
    const isSuspect = memory.isSpoken || memory.isCut || (call.asked !== '' && memory.isTainted && act.sink !== 'money')
    const isAimed = isSoundlyAimed(counted)
    if (
      isSuspect &&
      provenance.untrusted === undefined &&
      counted.some((v) => isNowhere(memory, v, act.sink, isAimed) && !isOwnWork(v))
    )
      provenance.doubt = memory.isCut ? 'lost' : 'nowhere'
    if (provenance.untrusted === undefined && !inFull && isTold(memory, call, values)) provenance.told = true
    if (act.sink === 'irreversible') provenance.unasked = unaskedOf(memory, selectors, act.items, inFull)
  }
  if (!acts || onlyVisits) {
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
    if (provenance.added === true || visits.some((v) => v.found.spoken)) provenance.untrusted = 'identifier'
    if (visits.length > 0 && provenance.untrusted === undefined) provenance.fromRead = true
  }
  const leaves = acts || counted.some(isVisit)
  if (act.sink !== 'own' && showsSecret(memory, act.parts)) provenance.flow = 'secret'
  else if (leaves) {
    const isProven =
      counted.some((v) => v.leads) &&
      counted.every((v) => !v.leads || (isProof(memory, v, act.sink) && !(isVisit(v) && isOpen(v) && isAdded(v))))
    if (!isProven) {
      const flow = flowOf(memory, act.parts)
      if (flow !== undefined) provenance.flow = flow
      else if (acts && memory.isTainted && carriesRead(memory, act.parts)) provenance.carries = true
    }
  }
  if (isForeign) provenance.untrusted = 'identifier'
  if (counted.some((v) => v.leads)) provenance.identifies = true
  if (values.some((v) => isRead(v.stand) && !v.found.linked && !v.isPlain && !v.isPath)) provenance.fromRead = true
  lessons(counted, provenance)

  return {
    action: act.sink === call.act.sink ? call.act.action : classOf(act.sink),
    destinations: destinationsOf(counted, call.domains),
    aims: acts && !onlyVisits ? aimsOf(memory, counted, call) : [],
    arguments: {
      digest: call.digest,
      bytes: call.bytes,
      items: isLook || provenance.unasked === 0 ? Math.max(1, selectors.length) : act.items,
      fromOutputs: shareRead(values),
    },
    provenance,
    // A visit is an act of its own: what an untrusted argument fetches cannot vouch for anything.
    untrusted: isLook && counted.some((v) => !v.isPlain && doubtful.includes(v) && v.stand !== 'layout'),
    visited: isLook ? visitedOf(counted) : undefined,
    place: isLook ? placeOf(counted, memory) : undefined,
    named: counted.some(
      (v) =>
        (v.isPath && (isCalledSo(memory, v) || isNamedFile(memory, v))) ||
        (!v.isPlain &&
          (v.stand === 'request' || (isWritten(v.stand) && v.found.named) || (v.found.linked && v.found.named))),
    ),
    spaces: counted.flatMap((v) =>
      v.identity?.host !== undefined && isProof(memory, v, act.sink) ? [keysOf(v.identity, memory.seed).space] : [],
    ),
    isWritten: isLook && written.test(call.tool),
    document: isLook && counted.some((v) => v.isPath || v.identity?.kind === 'url'),
    said: counted.flatMap((v) => {
      if (v.stand !== 'none') return []
      const said = digestOfWord(v.normal, memory.seed)
      return isLook && isVisit(v) && v.identity !== undefined ? [said, keysOf(v.identity, memory.seed).space] : [said]
    }),
    makes: madeOf(act, selectors),
    brought: broughtBy(memory, act, values),
  }
}

/** What a call makes: what it names that did not stand anywhere yet. Undefined where it only works on what it found. */
function madeOf({ makes, made = [] }: Call['act'], selectors: readonly Value[]): string[] | undefined {
  const created = made.map((name) => tokensOf(name).join(' '))
  const fresh = selectors.filter((v) => !isRead(v.stand))
  const leaves = makes === true && (fresh.length > 0 || selectors.length === 0)
  if (!leaves) return created.length === 0 ? undefined : created
  return [...created, ...fresh.map((v) => v.normal)]
}

/** What a command or link holds in another spelling: base64, hex, percent. */
const hidden = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part) =>
    part.role !== 'command' && part.kind !== 'url'
      ? []
      : decodings(part.text).flatMap((text) => [
          { ...part, text },
          ...identitiesIn(text).map(
            (each): Part => ({ ...part, role: 'destination', kind: each.kind, text: each.canonical }),
          ),
        ]),
  )

/** Its host learns of the act. */
const isVisit = ({ part, identity }: Value): boolean =>
  part.role === 'destination' && (identity?.kind === 'url' || identity?.kind === 'host' || identity?.kind === 'ip')

/** Where people come together: who is let in is the aim, not where. */
const isPlace = ({ part, identity }: Value): boolean =>
  part.kind === 'channel' ||
  identity?.kind === 'channel' ||
  part.kind === 'repository' ||
  identity?.kind === 'repository'
const isPerson = (v: Value): boolean => v.part.role === 'destination' && v.leads && !isPlace(v) && !isVisit(v)

/** The one URL that it visits. */
function visitedOf(values: readonly Value[]): string | undefined {
  const urls = values.filter(({ identity }) => identity?.kind === 'url')
  return urls.length === 1 ? urls[0]?.part.text.trim() : undefined
}

/** The one path that it reads. */
function placeOf(values: readonly Value[], { seed }: Memory): number | undefined {
  const paths = values.filter(({ isPath }) => isPath)
  return paths.length === 1 ? digestOfWord(paths[0]?.normal ?? '', seed) : undefined
}

/** Another host of a site that the request names: its owner’s too, to look at. */
const isOnAskedSite = ({ request, seed }: Memory, { identity }: Value): boolean =>
  identity?.site !== undefined && identity.owner === undefined && request.sites.has(keysOf(identity, seed).site)

/** Another page, with nothing asked of it, of a place where the agent was of its own accord before any text named it. */
const isOnOwnPlace = ({ said, seed }: Memory, { identity, found }: Value): boolean =>
  identity !== undefined &&
  identity.rest?.includes('?') !== true &&
  !found.spoken &&
  said.has(keysOf(identity, seed).space)

/** A link of a place that was read, and not the one that was read: more of its path or query, or a name below its host. */
const isAdded = ({ found, identity }: Value): boolean =>
  !found.exact && identity?.rest !== undefined && (identity.rest !== '' || !found.space)

/** It stands nowhere, and its pieces stand together in what was read. */
const isHidden = (memory: Memory, v: Value): boolean =>
  v.stand === 'none' &&
  !v.isPlain &&
  !v.isKnown &&
  v.tokens.length <= maxFieldWords &&
  !memory.isMade(v.normal) &&
  !isCalledSo(memory, v) &&
  isPieced(memory, v.normal, v.identity)

/**
 * The values that decide. Where every destination is proven, other identifiers do not matter, except links: a link is a
 * destination for whoever reads it. Where a call names a person or address too, its channel is not the destination.
 */
function decidingOf(counted: readonly Value[]): readonly Value[] {
  const leading = counted.filter((v) => v.leads)
  const persons = leading.filter((v) => v.part.kind !== 'channel' && v.identity?.kind !== 'channel')
  const aims = (persons.length > 0 ? persons : leading).filter((v) => v.part.role === 'destination')
  return isSoundlyAimed(aims) ? leading.filter((v) => aims.includes(v) || v.identity?.kind === 'url') : leading
}

/** What the request alone accounts for, or nothing: another agent of the trace may have worded it. */
const aimsOf = (memory: Memory, counted: readonly Value[], { joins, known }: Examination): string[][] =>
  !joins.isOn
    ? []
    : decidingOf(counted).flatMap(({ identity, stand, normal }) =>
        identity === undefined ||
        (stand !== 'request' && stand !== 'none') ||
        (known !== undefined && digestsOf(normal, identity).some(known)) ||
        memory.isMade(normal)
          ? []
          : [joins.of(identity)],
      )

/** It names where it leads, and each of these stands somewhere else than in what somebody wrote. */
function isSoundlyAimed(values: readonly Value[]): boolean {
  const aims = values.filter((v) => v.leads && v.part.role === 'destination')
  return aims.length > 0 && aims.every((v) => v.isKnown || (!isWritten(v.stand) && v.stand !== 'none'))
}

/** A text that is hardly more than an address or link, or whose link a text dictated: it is passed on for the link’s sake. */
function passesOn(memory: Memory, call: Examination, values: readonly Value[]): boolean {
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
      if (call.known?.(digestOfNormal(identity.canonical)) !== true) return true
    }
  }
  return false
}

const isOwn = (memory: Memory, v: Value): boolean => v.stand === 'request' || memory.isMade(v.normal)

/** Leads somewhere, or is given to somebody who is not accounted for, and nothing named it. */
const isNowhere = (memory: Memory, v: Value, sink: Sink, isAimed: boolean): boolean =>
  v.stand === 'none' &&
  !v.isPlain &&
  !v.isKnown &&
  (v.identity !== undefined ||
    v.part.role === 'destination' ||
    // A package that no text named is what the agent knows of, unless something had it hidden.
    (v.part.kind === 'package' && (memory.isSpoken || memory.isCut)) ||
    (v.part.kind === 'sql' && sink === 'execution') ||
    (v.part.role === 'selector' && !isAimed && (sink === 'persistence' || (grave.has(sink) && isAim(v))))) &&
  !isHere(v) &&
  !memory.isMade(v.normal) &&
  !isCalledSo(memory, v) &&
  !isInHand(memory, v)

/** A file that the agent has looked at by this path, and whose name is a word of the request. */
const isInHand = ({ said, request, seed }: Memory, { isPath, normal }: Value): boolean => {
  if (!isPath || !said.has(digestOfWord(normal, seed))) return false
  const [name = ''] = normal.slice(normal.lastIndexOf('/') + 1).split('.', 1)
  return name !== '' && request.words.has(digestOfWord(name, seed))
}

/** The agent’s own machine. */
const isHere = ({ identity }: Value): boolean =>
  identity?.host !== undefined &&
  /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1\]?)$/.test(identity.host)

/** A name or number of the thing itself, and no folder to work in or shell to use. */
const isAim = ({ part, isPath, normal }: Value): boolean =>
  !isPath && part.kind !== 'program' && /[^\p{L}\s]/u.test(normal)
