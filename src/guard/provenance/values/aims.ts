import { eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import type { Sink } from '../../../model/sink.ts'
import { isLoopback } from '../../identity/index.ts'
import type { Examination } from '../call.ts'
import { digestOfWord } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import { stemsOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { maxFieldWords } from '../reading/form.ts'
import { isPieced } from './pieces.ts'
import { isCalledSo, isHinted, isWritten, knownAsOf, type Value } from './values.ts'

/** Sinks where a name or a number aims as well as an address does. */
export const grave: ReadonlySet<Sink> = new Set(['money', 'execution', 'persistence', 'approval'])

/** Its host learns of the act. */
export const isVisit = ({ part, identity }: Value): boolean =>
  part.role === 'destination' && (identity?.kind === 'url' || identity?.kind === 'host' || identity?.kind === 'ip')

/** Where people come together: who is let in is the aim, not where. */
export const isMeetingPlace = ({ part, identity }: Value): boolean =>
  part.kind === 'channel' ||
  identity?.kind === 'channel' ||
  part.kind === 'repository' ||
  identity?.kind === 'repository'
export const isPerson = (v: Value): boolean =>
  v.part.role === 'destination' && v.leads && !isMeetingPlace(v) && !isVisit(v)

/** Another host of a site that the request names: its owner’s too, to look at. */
export const isOnAskedSite = ({ request, seed }: Memory, { identity }: Value): boolean =>
  identity?.site !== undefined && identity.owner === undefined && request.sites.has(keysOf(identity, seed).site)

/** Another page, with nothing asked of it, of a place where the agent was of its own accord before any text named it. */
export const isOnOwnPlace = ({ said, seed }: Memory, { identity, found }: Value): boolean =>
  identity !== undefined &&
  identity.rest?.includes('?') !== true &&
  !found.spoken &&
  said.has(keysOf(identity, seed).space)

/** A link of a place that was read, and not the one that was read: more of its path or query, or a name below its host. */
export const isAdded = ({ found, identity }: Value): boolean =>
  !found.exact && identity?.rest !== undefined && (identity.rest !== '' || !found.space)

/** It stands nowhere, and its pieces stand together in what was read. */
export const isHidden = (memory: Memory, v: Value): boolean =>
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
export function decidingOf(counted: readonly Value[]): readonly Value[] {
  const leading = counted.filter((v) => v.leads)
  const persons = leading.filter((v) => v.part.kind !== 'channel' && v.identity?.kind !== 'channel')
  const aims = (persons.length > 0 ? persons : leading).filter((v) => v.part.role === 'destination')
  return isSoundlyAimed(aims) ? leading.filter((v) => aims.includes(v) || v.identity?.kind === 'url') : leading
}

/** Keyed digests of what the request alone accounts for, or nothing: another agent of the trace may have worded it. */
export const handedAims = (memory: Memory, counted: readonly Value[], { joins, known }: Examination): string[][] =>
  !joins.isOn
    ? []
    : decidingOf(counted).flatMap(({ identity, stand, normal }) =>
        identity === undefined ||
        (stand !== 'request' && stand !== 'none') ||
        (known !== undefined && knownAsOf(normal, identity).some(known)) ||
        memory.isMade(normal)
          ? []
          : [joins.of(identity)],
      )

/** It names where it leads, and each of these stands somewhere else than in what somebody wrote, or is the agent’s own. */
export function isSoundlyAimed(values: readonly Value[], isOwn: (v: Value) => boolean = () => false): boolean {
  const aims = values.filter((v) => v.leads && v.part.role === 'destination')
  return aims.length > 0 && aims.every((v) => v.isKnown || (!isWritten(v.stand) && v.stand !== 'none') || isOwn(v))
}

/** Leads somewhere, or is given to somebody who is not accounted for, and nothing named it. */
export const isNowhere = (memory: Memory, v: Value, sink: Sink, isAimed: boolean): boolean =>
  v.stand === 'none' &&
  !v.isPlain &&
  !v.isKnown &&
  (v.identity !== undefined ||
    v.part.role === 'destination' ||
    (v.part.kind === 'package' && !isKnownOf(memory, v)) ||
    (v.part.kind === 'sql' && sink === 'execution') ||
    (v.part.role === 'selector' && !isAimed && (sink === 'persistence' || (grave.has(sink) && isAim(v))))) &&
  !isHere(v) &&
  !(v.part.role === 'selector' && v.identity === undefined && /^[\p{L}._]+$/u.test(v.normal) && isHinted(memory, v)) &&
  !isOperation(memory, v) &&
  !memory.isMade(v.normal) &&
  !isCalledSo(memory, v) &&
  !isInHand(memory, v)

/** What is to be done, and no thing that it is done to: a name that begins with a verb of the request’s. */
const isOperation = ({ request, seed }: Memory, { part, identity, normal }: Value): boolean => {
  const [verb = '', ...rest] = normal.split('_')
  return (
    part.role === 'selector' &&
    identity === undefined &&
    rest.length > 0 &&
    /^[\p{L}_]+$/u.test(normal) &&
    (plainVerbs.has(verb) || eitherVerbs.has(verb)) &&
    stemsOf(verb, seed).some((stem) => request.verbs.has(stem))
  )
}

/** A package that a command brings and no text named is what the agent knows of, unless something had it hidden. */
const isKnownOf = ({ isSpoken, isCut }: Memory, { part }: Value): boolean =>
  !isSpoken && !isCut && part.path.includes('#') && /^[\w@/.~^=<>-]+$/.test(part.text)

/** A file that the agent has looked at by this path, and whose name is a word of the request. */
const isInHand = ({ said, request, seed }: Memory, { isPath, normal }: Value): boolean => {
  if (!isPath || !said.has(digestOfWord(normal, seed))) return false
  const [name = ''] = normal.slice(normal.lastIndexOf('/') + 1).split('.', 1)
  return name !== '' && request.words.has(digestOfWord(name, seed))
}

/** Owner and repository, as the arguments take apart what the request names: corp/app. */
export const askedRepository = ({ request, seed }: Memory, counted: readonly Value[]): readonly Value[] => {
  const both = counted.filter(({ part }) => part.kind === 'repository')
  return request.words.has(digestOfWord(both.map(({ normal }) => normal).join('/'), seed)) ? both : []
}

/** Where a cloud hands its machines their credentials: no page of anybody’s. */
export const isLinkLocal = ({ identity }: Value): boolean =>
  identity?.host !== undefined &&
  /^(?:169\.254(?:\.\d+){2}|\[?fd00:ec2::254\]?|metadata\.(?:google\.internal|goog))$/.test(identity.host)

/** The agent’s own machine. */
const isHere = ({ identity }: Value): boolean => identity?.host !== undefined && isLoopback(identity.host)

/** A name or number of the thing itself, and no folder to work in or shell to use. */
export const isAim = ({ part, isPath, normal }: Value): boolean =>
  !isPath && part.kind !== 'program' && /[^\p{L}\s]/u.test(normal)
