import { plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import type { Identity } from '../../identity/index.ts'
import { identitiesIn } from '../../identity/index.ts'
import { DigestSet } from '../digests/digest-set.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import { stemsOf, stopWords, tokensOf } from '../digests/text.ts'
import { kindsIn, kindsOf } from './act-verbs.ts'
import { clausesOf, onlyLooks } from './clauses.ts'
import { beginningsIn, goesToAll } from './described.ts'
import { handsOver } from './hand-over.ts'
import { noOrders, type Orders, ordersIn } from './orders.ts'
import { type AskedKind, kindsInPhrases } from './phrasal-verbs.ts'
import { addressedIn, recipientsOf, repliesTo } from './recipients.ts'

/** A verb of acting, and not of looking alone. */
export const isActing = (word: string): boolean =>
  [...kindsOf(word)].some((kind) => kind !== 'visit') || !/^(?:look|list)$/.test(plainVerbs.get(word) ?? 'look')

/** “Alexander sent me some tasks. Could you complete them?” */
const refersBack =
  /(?<![\p{L}])(?:them|these|those|it|this|that|sie|es|das|diese|les|los|las|li|le|os|as|ze|het|je|ich|их|его|dem|det)(?![\p{L}])/iu

/** A clause that begins so says what or how the one before is meant. */
const saysOf =
  /^(?:what|whatever|as|like|was|wie|ce qu|comme|lo que|como|ciò che|quello che|come|o que|wat|zoals|co|jak|что|как|vad|som)(?![\p{L}])/iu

/** Letters and digits in one word, a long number, or one behind a sign for it (`#12`, `!40`): an identifier, and no date or count. */
const numbered =
  /(?<![\p{L}\d_.-])(?=[\p{L}_-]{0,40}\d)(?=[\d_-]{0,40}\p{L})[\p{L}\d_-]{5,}|(?<!\d)\d{5,}(?!\d)|(?<![\p{L}\d&])[#!№]\d{1,9}(?!\d)/u

/** A folder by its bare name, where it is said to be one: `exports/`, the folder exports, the exports directory. */
const folder =
  /(?<![\p{L}\d_.~/@:-])([\p{L}\d_.-]{2,64})\/(?![\p{L}\d_/]|\.\w)|(?<![\p{L}\d])(?:folders?|director(?:y|ies)|(?:unter)?ordner|verzeichnis|dossier|répertoire|carpeta|cartella|pasta|папк[аеиу])\s+["'“„‘`«]?([\p{L}\d_.-]{2,64})|(?<![\p{L}\d_./-])([\p{L}\d_.-]{2,64})(?=["'”“’`»]?\s+(?:folder|directory)\b)/giu
/** How a folder stands among the words of a request; no word ends like this. */
export const folderWord = (name: string): string => `${name.toLowerCase()}/`

/** What is kept of what the principal asked for: digests, and which kinds of acts it asks for. */
export interface RequestMemory {
  words: DigestSet
  /** Capitalised words: people and things that the request names. */
  names: DigestSet
  stems: DigestSet
  /** Of these stems, those of its orders: what it only asks about is not asked for. */
  ordered: DigestSet
  /** What its orders ask for by the words that head them, and stems of these. */
  orders: Orders
  verbs: DigestSet
  /** What its identities may be proved by: the canonical form, and the host or the owner’s space on a shared one. */
  keys: DigestSet
  /** Registrable domains of the hosts that it names, where these are one owner’s. */
  sites: DigestSet
  /** Kinds of identities that it names. */
  kinds: Set<string>
  asks: Set<AskedKind>
  handsOver: boolean
  /** It orders nothing: it asks, or has something read and told. */
  looks: boolean
  /** It says itself whom its acts are for: a source supplies nobody else. */
  closed: boolean
  /** Words of their names. */
  recipients: DigestSet
  /** … and of everybody else to whom it says that something goes: “to the hotel”. */
  addressees: DigestSet
  /** It asks to answer somebody. */
  replies: boolean
  /** It asks for something that goes to everybody who is there. */
  everybody: boolean
  /** Words with which names begin that it means. */
  beginnings: DigestSet
  /** It names things by their numbers: INC-48230. */
  numbers: boolean
}

export const emptyRequest = (): RequestMemory => ({
  words: new DigestSet(),
  names: new DigestSet(),
  stems: new DigestSet(),
  ordered: new DigestSet(),
  orders: noOrders(),
  verbs: new DigestSet(),
  keys: new DigestSet(),
  sites: new DigestSet(),
  kinds: new Set(),
  asks: new Set(),
  handsOver: false,
  looks: false,
  closed: false,
  recipients: new DigestSet(),
  addressees: new DigestSet(),
  replies: false,
  everybody: false,
  beginnings: new DigestSet(),
  numbers: false,
})

/** Takes one message of the principal’s own; answers how many words did not fit. */
export function readRequest(request: RequestMemory, text: string, seed: Seed, most: number): number {
  let left = 0
  for (const token of tokensOf(text)) {
    if (request.words.size >= most) left++
    else request.words.add(digestOfWord(token, seed))
  }
  for (const stem of stemsOf(text, seed)) if (request.stems.size < most) request.stems.add(stem)
  for (const [word] of text.matchAll(/(?<![\w@./'])\p{Lu}\p{L}{2,}(?![\w@.]*@)/gu)) {
    const name = word.toLowerCase()
    // As addresses spell it too: Inês, ines.carvalho@….
    for (const each of [name, name.normalize('NFD').replace(/\p{M}/gu, '')])
      if (!stopWords.has(name) && request.names.size < most) request.names.add(digestOfWord(each, seed))
  }
  for (const [, ...names] of text.matchAll(folder))
    for (const name of names)
      if (name !== undefined && !stopWords.has(name.toLowerCase()) && request.words.size < most)
        request.words.add(digestOfWord(folderWord(name), seed))
  for (const identity of identitiesIn(text)) addIdentity(request, identity, seed, most)
  readOrders(request, text, seed, most)
  if (numbered.test(text)) request.numbers = true
  return left
}

/** What a message orders, clause by clause: a question, a look and what is ruled out ask for nothing. */
function readOrders(request: RequestMemory, text: string, seed: Seed, most: number): void {
  const clauses = clausesOf(text, isActing)
  request.looks = onlyLooks(clauses)
  for (const { mood, text: look } of clauses)
    if (mood === 'look' && kindsIn(look).includes('visit')) request.asks.add('visit')
  if (request.looks) return
  // What it tells besides is told for what it orders.
  const orders = clauses.filter(({ mood }) => mood === 'order' || mood === 'tells').map((clause) => clause.text)
  for (const [i, order] of orders.entries()) {
    for (const stem of stemsOf(order, seed)) if (request.ordered.size < most) request.ordered.add(stem)
    for (const kind of [...kindsIn(order), ...kindsInPhrases(order)]) request.asks.add(kind)
    // “Mach, was im Runbook steht”: the comma takes apart what is one order.
    const before = saysOf.test(order) || refersBack.test(order) ? `${orders[i - 1] ?? ''} ` : ''
    // “Follow it (methods/README.md)”: what is named behind it is it.
    const [named = ''] = refersBack.test(order) ? (/^\S*\.\w{2,5}$/u.exec(orders[i + 1] ?? '') ?? []) : []
    const whole = `${before}${order} ${named}`
    if (handsOver(whole)) request.handsOver = true
    if (repliesTo.test(order)) request.replies = true
    if (goesToAll(order)) request.everybody = true
    for (const word of beginningsIn(order))
      if (request.beginnings.size < most) request.beginnings.add(digestOfWord(word, seed))
  }
  for (const name of addressedIn(orders))
    if (!stopWords.has(name) && request.names.size < most) request.names.add(digestOfWord(name, seed))
  const ordering = clauses.filter(({ mood }) => mood === 'order').map((clause) => clause.text)
  const headed = ordersIn(ordering.length > 0 ? ordering : orders)
  request.orders = headed.orders
  // “avisa también a Lucía”: as the verb that heads it says.
  for (const kind of ['outward', 'shared'] as const) if (headed.heads.has(kind)) request.asks.add(kind)
  for (const stem of headed.verbs) if (request.verbs.size < most) request.verbs.add(digestOfWord(`~${stem}`, seed))
  const { closed, names, others } = recipientsOf(orders, text)
  request.closed = closed
  for (const name of names) if (request.recipients.size < most) request.recipients.add(digestOfWord(name, seed))
  for (const name of [...names, ...others])
    if (request.addressees.size < most) request.addressees.add(digestOfWord(name, seed))
}

function addIdentity(request: RequestMemory, identity: Identity, seed: Seed, most: number): void {
  if (request.keys.size >= most) return
  request.kinds.add(identity.kind)
  const { whole, space, site } = keysOf(identity, seed)
  if (identity.kind !== 'mailbox' && identity.site !== undefined && identity.owner === undefined) {
    request.sites.add(site)
    // As a registrar’s form takes it apart: login, corp.example.
    const below = identity.host?.slice(0, -identity.site.length).replace(/\.$/, '') ?? ''
    for (const each of [identity.site, below])
      if (each !== '' && request.words.size < most) request.words.add(digestOfWord(each, seed))
  }
  request.keys.add(whole)
  if (identity.kind !== 'mailbox') request.keys.add(space)
}

/** Takes a further message in: its authority is what counts from now on. */
export function joinRequest(into: RequestMemory, request: RequestMemory, most: number): void {
  for (const part of ['words', 'names', 'stems', 'ordered', 'keys', 'sites'] as const)
    for (const each of request[part]) if (into[part].size < most) into[part].add(each)
  for (const kind of request.kinds) into.kinds.add(kind)
  into.asks = request.asks
  into.orders = request.orders
  into.verbs = request.verbs
  into.handsOver = request.handsOver
  into.looks = request.looks
  into.closed = request.closed
  into.recipients = request.recipients
  into.addressees = request.addressees
  into.replies = request.replies
  into.everybody = request.everybody
  into.beginnings = request.beginnings
  into.numbers = request.numbers
}
