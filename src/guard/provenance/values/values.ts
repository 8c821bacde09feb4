import { calendar, normalPath, type Part, unaddressed } from '../../act/index.ts'
import { type Identity, identitiesOf, lookAlikeOf, unveil } from '../../identity/index.ts'
import { digestOfWord } from '../digests/hash.ts'
import { isSought } from '../digests/keys.ts'
import { digestOfNormal, isPlainNumber, partsOf, stemsOf, stopWords, tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { belowHome } from '../reading/veiled.ts'
import { folderWord } from '../request/request.ts'
import { findIdentity, findWords, isAskedIdentity } from './lookup.ts'
import { type Sightings, type Stand, standOf } from './sightings.ts'

/** Longest value that is looked for word by word; a longer one is content. */
const maxWords = 64

/** One value of a call with where it came from. */
export interface Value {
  part: Part
  /** Its words in normal form, joined. */
  normal: string
  tokens: readonly string[]
  identity: Identity | undefined
  stand: Stand
  found: Sightings
  /** Plain numbers, dates and flags: they stand everywhere and lead nowhere. */
  isPlain: boolean
  isPath: boolean
  /** It leads somewhere: a destination, or an address, link, account or the like. */
  leads: boolean
  isKnown: boolean
  /** The digest by which scope or environment know it. */
  knownAs: string | undefined
}

/** Where it stood was written by somebody: it proves nothing. */
export const isWritten = (stand: Stand): boolean => stand === 'prose' || stand === 'tainted' || stand === 'layout'
export const isRead = (stand: Stand): boolean => stand !== 'request' && stand !== 'none'

/** The version behind the name of a package: `@scope/name@1.2.3`, `name==1.2`. What it is called is what it is. */
const version = /(?<=^@?[\w.-]+(?:\/[\w.-]+)?)(?:@|[=~<>!]=)[\w.^~*-]+$/

/** The values of one part: one, or one for each identity of a list. `numbersAim`: the act is aimed by numbers too. */
export function valuesOf(
  memory: Memory,
  part: Part,
  known: ((digest: string) => boolean) | undefined,
  numbersAim = false,
): Value[] {
  const tokens = tokensOf(unveil(part.text))
  if (tokens.length === 0) return []
  if (part.kind === 'package' && version.test(part.text)) {
    const bare = oneValue(memory, part, tokensOf(unveil(part.text.replace(version, ''))), undefined, known, numbersAim)
    if (bare.stand !== 'none' || bare.isKnown) return [bare]
  }
  const identities =
    part.role === 'destination' || (part.role === 'selector' && !unaddressed.has(part.kind ?? ''))
      ? identitiesOf(part.text, part.kind ?? part.name)
      : []
  const isNumber = isPlainNumber(part.text) && part.kind !== 'ip' && part.kind !== 'host' && part.kind !== 'url'
  const sought = identities.filter((each) => isSought(each) && !(isNumber && each.kind === 'ip'))
  if (sought.length === 0) return [oneValue(memory, part, tokens, identities[0], known, numbersAim)]
  return sought.map((identity) =>
    oneValue(memory, part, sought.length > 1 ? tokensOf(identity.canonical) : tokens, identity, known, numbersAim),
  )
}

function oneValue(
  memory: Memory,
  part: Part,
  tokens: readonly string[],
  identity: Identity | undefined,
  known: ((digest: string) => boolean) | undefined,
  numbersAim: boolean,
): Value {
  const normal = tokens.join(' ')
  const isPath = part.kind === 'path' || (identity?.kind === 'path' && !isProject(part))
  const isNamed = identity !== undefined && isSought(identity)
  const aims = part.role === 'destination' || (numbersAim && part.role === 'selector')
  const isPlain = !aims && !isNamed && isPlainNumber(normal)
  const leads =
    isNamed ||
    part.kind === 'package' ||
    (part.role === 'command' && part.kind !== 'setting' && part.kind !== 'prompt') ||
    (part.role === 'destination' && !isPath && !isPlain)
  const path = isPath ? normalPath(part.text) : ''
  const found = findOf(memory, tokens, path, isNamed ? identity : undefined)
  if (part.kind === calendar && isNamed) found.listed = findWords(memory, tokens.slice(0, maxWords)).listed
  const isSaid = memory.said.has(digestOfWord(normal, memory.seed))
  const stand = isAsked(memory, part, tokens, normal, isNamed ? identity : undefined, isPath)
    ? 'request'
    : isSaid && !found.spoken
      ? 'none'
      : standOf(found)
  const isProven = stand === 'request' || stand === 'system'
  const isSpelled = isNamed && identity.canonical !== normal
  const knownAs =
    known === undefined || (isProven && !isSpelled)
      ? undefined
      : knownAsOf(normal, isNamed ? identity : undefined).find(known)
  return {
    part,
    normal,
    tokens,
    identity: isNamed ? identity : undefined,
    stand,
    found,
    isPlain,
    isPath,
    leads,
    isKnown: !isProven && knownAs !== undefined,
    knownAs,
  }
}

/** What a service calls a place where people work: `group/name`, and no file. */
const isProject = ({ kind, name, text }: Part): boolean =>
  kind === 'id' &&
  /(?:project|repo(?:sitory)?|namespace|group)[_-]?(?:id|path|name|slug)$/i.test(name) &&
  /^[\w-]/.test(text)

/** How scopes and environments name a value: its words, or its canonical form’s. */
export const knownAsOf = (normal: string, identity: Identity | undefined): string[] =>
  identity === undefined
    ? [digestOfNormal(normal)]
    : [normal, identity.canonical, tokensOf(identity.canonical).join(' ')].map(digestOfNormal)

function findOf(memory: Memory, tokens: readonly string[], path: string, identity: Identity | undefined): Sightings {
  if (identity !== undefined) {
    const found = findIdentity(memory, identity)
    if (standOf(found) !== 'none') return found
    // Spelled to pass for another one: what that one is worth falls on it, and never as proof.
    const alike = lookAlikeOf(identity)
    const other = alike === undefined ? findWords(memory, tokens.slice(0, maxWords)) : findIdentity(memory, alike)
    if (alike === undefined)
      return standOf(other) !== 'none' ? other : findWords(memory, tokensOf(identity.canonical).slice(0, maxWords))
    return { ...other, system: false, layout: false, named: false, prose: standOf(other) !== 'none' }
  }
  const found = findWords(memory, tokens.slice(0, maxWords))
  if (path === '' || standOf(found) !== 'none') return found
  for (const each of [path, belowHome(path), fileNameOf(path)]) {
    const words = each === undefined || each.length < 4 ? [] : tokensOf(each)
    const other = words.length === 0 ? found : findWords(memory, words.slice(0, maxWords))
    if (standOf(other) !== 'none') return other
  }
  return found
}

/** The request names it: the same identity or space, each of its words, or a folder above it. */
function isAsked(
  memory: Memory,
  part: Part,
  tokens: readonly string[],
  normal: string,
  identity: Identity | undefined,
  isPath: boolean,
): boolean {
  const { request, seed } = memory
  if (identity !== undefined) {
    if (isAskedIdentity(memory, identity)) return true
    if (identity.kind === 'url' || identity.kind === 'mailbox') return false
  }
  if (tokens.length <= maxWords && tokens.every((t) => request.words.has(digestOfWord(t, seed)))) return true
  // Where people come together: the request says how the place is called, and no more.
  if (!isPath) return part.kind === 'channel' && tokens.length === 1 && beginsAsAsked(memory, tokens[0] ?? '')
  // As people name it: from the root of the project on, a folder of it at least.
  for (let at = normal.indexOf('/'); at >= 0; at = normal.indexOf('/', at + 1)) {
    const rest = normal.slice(at + 1).replace(/^\.+\/?/, '')
    if (rest.includes('/') && request.words.has(digestOfWord(rest, seed))) return true
  }
  for (let at = normal.lastIndexOf('/'); at > 0; at = normal.lastIndexOf('/', at - 1))
    // A folder, and not a word of the sentence that is called like one.
    if (at > 2 && normal.lastIndexOf('/', at - 1) >= 0 && request.words.has(digestOfWord(normal.slice(0, at), seed)))
      return true
  return false
}

/** The request says how its name begins: `external_news`, of “the channel starting with External”. */
function beginsAsAsked({ request: { beginnings }, seed }: Memory, name: string): boolean {
  if (beginnings.size === 0) return false
  for (let length = 3; length <= Math.min(name.length, 40); length++)
    if (beginnings.has(digestOfWord(name.slice(0, length), seed))) return true
  return false
}

export const fileNameOf = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/**
 * The request calls it by the words of its name: “my rent bill”, `rent_bill.pdf`. What is spelt like an address is another one: of a
 * mailbox, “Ann at acme.com”, it has all of the words, or the agent has called it so itself before.
 */
export function isCalledSo({ request, said, seed }: Memory, { part, isPath, identity, normal }: Value): boolean {
  if (identity?.kind === 'mailbox') {
    const at = identity.canonical.lastIndexOf('@')
    const words = [identity.canonical.slice(at + 1), ...partsOf(identity.canonical.slice(0, at))]
    if (words.length > 1 && words.every((word) => request.words.has(digestOfWord(word, seed)))) return true
    if (!said.has(digestOfWord(normal, seed))) return false
  }
  const name = isPath ? fileNameOf(part.text).replace(/\.\w{1,5}$/, '') : part.text
  const stems = stemsOf(name.slice(0, 256), seed)
  return stems.length > 1 && stems.filter((stem) => request.stems.has(stem)).length * 3 >= stems.length * 2
}

/** A name of a file that says more than a word of a sentence does. */
const fullName = /^[^.]{3}.{0,255}\.\w{1,6}$/u

/** The request names the file, or a folder that it lies in, if only by the bare name. */
export const isNamedFile = ({ request, seed }: Memory, { isPath, normal }: Value): boolean =>
  isPath &&
  (normal.split('/').some((step) => request.words.has(digestOfWord(folderWord(step), seed))) ||
    (fullName.test(fileNameOf(normal)) && request.words.has(digestOfWord(fileNameOf(normal), seed))))

/** The request names it by the last part of its name or path: core.py, of mailer/core.py; orders, of shop.public.orders. */
export const isNamedByEnd = ({ request, seed }: Memory, { isPath, normal }: Value): boolean => {
  const end = normal.split(isPath ? /[/\\]/ : /[/\\.:]/).findLast((step) => step !== '') ?? ''
  return end.length >= 4 && !stopWords.has(end) && request.words.has(digestOfWord(end, seed))
}

/** The request speaks of it: a word of its name or path stands there, and none that stands in any sentence. */
export const isHinted = ({ request, seed }: Memory, { part }: Value): boolean =>
  part.text
    .slice(0, 256)
    .split(/[^\p{L}\d]+/u)
    .map((word) => word.toLowerCase())
    .some((word) => word.length >= 4 && !stopWords.has(word) && request.words.has(digestOfWord(word, seed)))
