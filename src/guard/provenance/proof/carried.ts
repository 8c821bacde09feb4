import { set, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Act } from '../../act/index.ts'
import type { Examined } from '../call.ts'
import { digestOfWord } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import { tokensOf } from '../digests/text.ts'
import { relayOf } from '../flows/relayed.ts'
import type { Memory } from '../memory.ts'
import { isNameOf } from '../reading/made.ts'
import { isVisit } from '../values/aims.ts'
import type { CallInHand } from '../values/in-hand.ts'
import { fileNameOf, isCalledSo, isNamedFile, isRead, isWritten, type Value } from '../values/values.ts'
import { broughtBy } from './brought.ts'
import { isOpen, isProof } from './proof.ts'

/** What tools read that people write. */
const written =
  /(?:^|[^a-z]|(?<=[a-z])(?=[A-Z]))(?:messages?|e?mails?|inbox|issues?|comments?|(?:web)?pages?|posts?|threads?|chats?|reviews?|tickets?|discussions?|articles?)(?![a-z])/i
/** … and what else says something, and is no thing that something is done to. */
const saysSomething = new RegExp(
  `${written.source.replace('articles?)', 'articles?|bills?|invoices?|receipts?|documents?|docs?|notes?|reports?|letters?|memos?|contracts?|forms?|runbooks?|wiki|guides?|readme|specs?|agendas?|minutes|transcripts?|attachments?|content|text)')}`,
  'i',
)
/** An address or path, or a title of several words; an order, a job or a machine is named by its id for what is done to it. */
const isSource = ({ identity, isPath, tokens, part }: Value): boolean =>
  isPath || identity !== undefined || tokens.length > 1 || /\s|\.\w{2,5}$/.test(part.text.trim())

/** It says which one, by its id. */
export const isId = ({ part, identity, isPath, isPlain }: Value): boolean =>
  identity === undefined && !isPath && !isPlain && /(?:^|_|-|(?<=[a-z])(?=[A-Z]))u?ids?$/i.test(part.name)

/** What the answer of a call will be worth, and what the call leaves: learned once it was let through. */
export function carriedBy(
  memory: Memory,
  { call, act, counted, doubtful, selectors, values }: CallInHand,
): Omit<Examined, 'action' | 'aims' | 'destinations' | 'arguments' | 'provenance'> {
  const isLook = act.sink === 'look'
  return {
    // A visit is an act of its own: what an untrusted argument fetches cannot vouch for anything. Where a link that was handed over leads is one thing; who or what a word of a text finds is another.
    untrusted:
      isLook &&
      counted.some(
        (v) =>
          !v.isPlain &&
          v.stand !== 'layout' &&
          (doubtful.includes(v) || (isOpen(v) && !v.isPath && v.identity?.host === undefined)),
      ),
    visited: isLook ? visitedOf(counted) : undefined,
    readPath: isLook ? readPathOf(counted, memory) : undefined,
    named: counted.some(
      (v) =>
        (v.isPath && (isCalledSo(memory, v) || isNamedFile(memory, v))) ||
        (!v.isPlain &&
          ((v.stand === 'request' && (memory.request.handsOver || isSource(v) || saysSomething.test(call.tool))) ||
            (isWritten(v.stand) && v.found.named) ||
            (v.found.linked && v.found.named))),
    ),
    asked: isLook ? selectors.filter(isId).map(({ normal }) => digestOfWord(normal, memory.seed)) : [],
    spaces: counted.flatMap(({ identity, ...v }) => {
      if (identity === undefined || !isProof(memory, { ...v, identity }, act.sink)) return []
      const { whole, space } = keysOf(identity, memory.seed)
      if (identity.kind === 'mailbox') return act.sink === 'outward' ? [whole] : []
      return identity.host === undefined ? [] : [space]
    }),
    isWritten: isLook && written.test(call.tool),
    document: isLook && counted.some((v) => v.isPath || v.identity?.kind === 'url'),
    said: counted.flatMap((v) => {
      if (v.stand !== 'none') return []
      const said = digestOfWord(v.normal, memory.seed)
      return isLook && isVisit(v) && v.identity !== undefined ? [said, keysOf(v.identity, memory.seed).space] : [said]
    }),
    isReport: isReport(act),
    keepsNot: isLook && counted.some((v) => v.isPath && fileNameOf(v.part.text) === '.gitignore'),
    ...madeOf(act, selectors),
    brought: broughtBy(memory, act, values),
    relay: relayOf(memory, call, act),
    isComputed: isComputed(call.tool, act),
  }
}

/** A program that acts, and neither reads, runs nor brings what others may have written. */
const isReport = ({ sink, parts, reads = [], runs = [], brings = [] }: Act): boolean =>
  sink !== 'look' &&
  sink !== 'execution' &&
  parts.some(({ role, kind }) => role === 'command' && kind === 'shell') &&
  reads.length + runs.length + brings.length === 0 &&
  !parts.some(({ role, kind }) => (role === 'command' && kind !== 'shell') || kind === 'url' || kind === 'host')

/**
 * What a call makes: what it names that did not stand anywhere yet, and what its answer will name. Where others have their things too, the
 * thing itself only, and nothing that it is made in.
 */
function madeOf(
  { sink, makes, maker, made = [], leaves: left = [] }: Act,
  selectors: readonly Value[],
): Pick<Examined, 'makes' | 'maker'> {
  // A path is followed by the same one as a whole.
  const isFresh = (v: Value) => !isRead(v.stand) || (sink === 'own' && isOnlySpokenOf(v))
  const files = left.filter((_, at) => selectors.some((v) => v.part.text === left[at - (at % 2)] && isFresh(v)))
  const created = [...made, ...files].map((name) => tokensOf(name).join(' '))
  const fresh = selectors.filter(isFresh)
  if (makes !== true || (fresh.length === 0 && selectors.length > 0))
    return { makes: created.length === 0 ? undefined : created, maker: undefined }
  const own = sink === 'own' ? fresh : fresh.filter((v) => isNameOf(v.part.name, maker ?? []))
  const wholes = sink === 'own' ? own.flatMap(({ part }) => (part.whole === undefined ? [] : [part.whole])) : []
  const whole = wholes.map((path) => tokensOf(path).join(' '))
  return { makes: [...created, ...own.map((v) => v.normal), ...whole], maker }
}

/** A path of which a text tells, and no listing: nothing says that it is there. */
const isOnlySpokenOf = (v: Value): boolean => v.isPath && v.stand === 'prose' && !v.found.spoken

/** Verbs of making one content out of another, which is given or lies somewhere. */
const works =
  set(`extract parse translate convert summarize summarise transcribe ocr decode encode classify detect analyze analyse
  explain compute calculate`)

/** A model’s answer, one that is made of the content that it is given, and what a command shows of a file. */
const isComputed = (tool: string, { sink, parts, reads = [] }: Act): boolean =>
  sink === 'look'
    ? reads.length > 0 || parts.some(({ role }) => role === 'payload') || wordsOf(tool).some((word) => works.has(word))
    : parts.some(({ role, kind }) => role === 'command' && kind === 'prompt')

/** The one URL that it visits. */
function visitedOf(values: readonly Value[]): string | undefined {
  const urls = values.filter(({ identity }) => identity?.kind === 'url')
  return urls.length === 1 ? urls[0]?.part.text.trim() : undefined
}

/** The one path that it reads. */
function readPathOf(values: readonly Value[], { seed }: Memory): number | undefined {
  const paths = values.filter(({ isPath }) => isPath)
  return paths.length === 1 ? digestOfWord(paths[0]?.normal ?? '', seed) : undefined
}
