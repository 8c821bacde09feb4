import type { Effect } from '../../../formats/kit/tool-name/effect.ts'
import { containers, people, watches } from '../../../formats/kit/tool-name/nouns.ts'
import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { set, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { gravity, type Sink } from '../../../model/sink.ts'
import type { Part } from '../../act/index.ts'
import type { Call } from '../call.ts'
import { digestOfWord } from '../digests/hash.ts'
import { wordStems } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { rightOf } from '../request/right-words.ts'
import { isHandOver } from './proof.ts'

/** Verbs that say what is done only with what it is done to. */
const generic = set(
  'create add insert make append save write put set update edit modify change manage handle process request remove delete enable disable configure do get',
)
/** To hand work on, or to call for something by its name: what it does then is not known. */
const dispatching = set('delegate handoff dispatch spawn call invoke')
const calling = set('execute run trigger')
const called = set('service function tool action method endpoint api request webhook http')
/** To tell people something, and not to bring work where it belongs. */
const telling = set(
  'send publish forward broadcast notify tweet sendmail transmit deliver announce disclose mail message fax dm text sms email share',
)
/** To run what is there, and to bring nothing about by it. */
const trying = set('run rerun test build compile check execute exec eval lint debug')
/** What is longer is content. */
const maxChars = 4096

/** What an act does by the name of its tool, or by the operation that an argument names; undefined: its content says it. */
function deedOf({ tool, act }: Call, sink: Sink): Effect | undefined {
  const named = readName(tool)
  if (named?.sink === sink) return named.worst
  for (const { role, text } of act.parts) {
    if (role !== 'control' || !/^[\p{L} ]{2,48}$/u.test(text)) continue
    const operation = readName([...wordsOf(text), ...(named?.words ?? [])].join('_'))
    if (operation?.sink === sink) return operation.worst
  }
  return undefined
}

/**
 * The orders of a request ask for an act of this kind: to name the thing that it is done to is not enough. Where no verb of ours is in
 * them they may ask for anything.
 */
export function isDeedAsked(memory: Memory, call: Call): boolean {
  const { tool, act } = call
  if (memory.request.orders.isStrange) return true
  const named = readName(tool)
  const sinks = named === undefined || gravity(named.sink) >= gravity(act.sink) ? [act.sink] : [act.sink, named.sink]
  return sinks.every(
    (sink) => isHandOver(memory, sink) || (asking(memory, deedOf(call, sink), act.parts)[sink]?.() ?? true),
  )
}

/** By the kind of act; absent: any order asks for it. */
function asking(
  { request, seed }: Memory,
  deed: Effect | undefined,
  parts: readonly Part[],
): Partial<Record<Sink, () => boolean>> {
  const { kinds, rights, makes, changes } = request.orders
  const stems = (word: string) => [...wordStems(word)].map((stem) => digestOfWord(`~${stem}`, seed))
  const isHead = (word: string) => stems(word).some((stem) => request.verbs.has(stem))
  const isSaid = (word: string) => stems(word).some((stem) => request.ordered.has(stem))
  const { verb = '', doing, object } = deed ?? {}
  const isVerbAsked = verb !== '' && isHead(verb) && !generic.has(verb)
  const isObjectSaid = object !== undefined && isSaid(object)
  return {
    irreversible: () => kinds.has('irreversible') || isVerbAsked || !undoes(deed, parts),
    approval: () => kinds.has('approval') || isVerbAsked,
    money: () => {
      if (kinds.has('money') || isVerbAsked) return true
      if (doing === 'make' || doing === 'run') return makes && isObjectSaid
      if (doing === 'send') return request.asks.has('outward')
      return doing !== undefined && doing !== 'pay' && doing !== 'approve' && (makes || changes)
    },
    persistence: () => {
      if (deed === undefined || isVerbAsked) return true
      const right = object === undefined ? undefined : rightOf(object)
      const isMembership = object === 'a member'
      // Put into a team, or taken out of it.
      const joins = (makes || kinds.has('irreversible')) && [...containers].some(isSaid)
      if ((isMembership || doing === 'give' || right === 'rights') && joins) return true
      if (
        doing === 'give' ||
        isMembership ||
        right === 'rights' ||
        people.has(object ?? '') ||
        watches.has(object ?? '')
      )
        if (kinds.has('persistence') || rights.has('rights') || (isMembership && isHead(verb))) return true
      if (doing === 'give') return false
      if ((doing === 'run' || doing === 'start') && (kinds.has('outward') || kinds.has('execution'))) return true
      if (right !== undefined && rights.has(right)) return true
      // Whom a key is made for gets access; what is added is installed.
      if (right === 'secret' && doing === 'make' && rights.has('rights')) return true
      if (right === 'package' && kinds.has('execution')) return true
      return (right === 'setting' && (makes || changes)) || (isObjectSaid && !people.has(object))
    },
    execution: () => {
      const hasCode = parts.some(({ role, kind }) => role === 'command' && kind !== 'setting' && kind !== 'package')
      if (deed === undefined || hasCode || isVerbAsked || kinds.has('execution')) return true
      if (dispatching.has(verb) || (calling.has(verb) && called.has(object ?? ''))) return true
      if (object !== undefined && (isHead(object) || (rightOf(object) === 'package' && rights.has('package'))))
        return true
      return kinds.has('check') && (trying.has(verb) || trying.has(object ?? ''))
    },
    outward: () =>
      deed === undefined ||
      !telling.has(verb) ||
      isVerbAsked ||
      makes ||
      kinds.has('outward') ||
      request.asks.has('outward'),
  }
}

/** It takes something away; what is written over or moved is not gone for that. */
function undoes(deed: Effect | undefined, parts: readonly Part[]): boolean {
  if (deed !== undefined) return deed.doing === 'unmake' || deed.doing === 'stop'
  return parts.some(
    ({ role, text }) =>
      (role === 'command' || role === 'control') &&
      text
        .slice(0, maxChars)
        .toLowerCase()
        .split(/[^a-z]+/)
        .some((word) => /^(?:unmake|stop)$/.test(plainVerbs.get(word) ?? eitherVerbs.get(word) ?? '')),
  )
}
