import { gravity, type Sink } from '../../../model/sink.ts'
import * as nouns from './nouns.ts'
import type { Doing } from './verbs.ts'
import { singular } from './words.ts'

export interface Effect {
  sink: Sink
  because: string
  verb: string
  doing: Doing
  /** What it is done to, where that decided. */
  object?: string
}

/** The things that a name speaks of, without plural. */
export class Nouns {
  readonly words: readonly string[]
  constructor(words: readonly string[]) {
    this.words = words.map(singular).flatMap((word) => [word, ...nouns.partsOf(word)])
  }

  in(kind: ReadonlySet<string>, except = ''): string | undefined {
    return this.words.find((word) => word !== except && kind.has(word))
  }

  /** Something that gives rights. */
  right(verb: string): string | undefined {
    const key = this.words.findIndex((word, at) => word === 'key' && nouns.keyOwners.has(this.words[at - 1] ?? ''))
    if (key >= 0) return `${this.words[key - 1]} key`
    const pair = nouns.pairs.find(([first, second]) =>
      this.words.some((w, at) => w === first && this.words[at + 1] === second),
    )
    return pair?.join(' ') ?? this.in(nouns.authority, verb)
  }

  /** A member is put into a group, or taken out of it. */
  get membership(): boolean {
    return this.in(nouns.people) !== undefined && this.in(nouns.containers) !== undefined
  }

  /** Somebody is put down for a piece of work, or taken off it, and gets no right by that. */
  get assignment(): boolean {
    const rights = this.words.filter((word) => nouns.authority.has(word) && !/^(?:member|membership)$/.test(word))
    const isSomebody =
      this.in(nouns.people) !== undefined || this.words.some((word) => /^(?:member|assignee)$/.test(word))
    return (
      isSomebody && this.in(nouns.tasks) !== undefined && rights.length === 0 && this.in(nouns.containers) === undefined
    )
  }

  /** A mark is taken off a thing, which is named too. */
  get unmarked(): boolean {
    const isOf = this.words.some(
      (word) => /^(?:from|of|off)$/.test(word) || (nouns.shared.has(word) && !nouns.marks.has(word)),
    )
    const isMark = this.in(nouns.looks) !== undefined || (isOf && this.in(nouns.marks) !== undefined)
    return isMark && this.in(nouns.marked) === undefined
  }

  /** What somebody proposes to be let in. */
  get proposal(): boolean {
    return (
      this.in(nouns.proposals) !== undefined ||
      this.words.some((w, at) => w === 'request' && /^(?:pull|merge|change)$/.test(this.words[at - 1] ?? ''))
    )
  }

  get own(): string | undefined {
    const own = this.in(nouns.own)
    return own !== undefined && this.in(nouns.shared) === undefined ? own : undefined
  }
}

const switching = new Set(['activate', 'deactivate', 'enable', 'disable', 'lock', 'unlock', 'suspend', 'ban'])

/** Verbs that end a watch; a dialogue called an alert is dismissed or closed. */
const blinding = new Set(['stop', 'pause', 'disable', 'deactivate', 'mute', 'snooze', 'silence', 'suppress'])

/** What others see whatever it is done to. */
const social = new Set([
  'star',
  'unstar',
  'like',
  'unlike',
  'follow',
  'unfollow',
  'watch',
  'subscribe',
  'unsubscribe',
  'fork',
  'react',
])

/** Verbs by which a package comes in. */
const brings = new Set([
  'add',
  'insert',
  'append',
  'put',
  'require',
  'import',
  'update',
  'upgrade',
  'downgrade',
  'upsert',
])

/** Verbs by which somebody comes to a work and off it. */
const assigns = new Set(['assign', 'unassign', 'reassign', 'add', 'remove'])

/** Verbs that take something off a thing, and leave what is taken. */
export const takesOff: ReadonlySet<string> = new Set(['remove', 'clear'])

/** Where the effect of `doing` lands, given what it is done to. The verb itself is never its own object. */
export function effectOf(doing: Doing, verb: string, of: Nouns): Effect {
  const say = (sink: Sink, object?: string): Effect => ({
    sink,
    because: object === undefined ? `“${verb}”` : `“${verb}” of “${object}”`,
    verb,
    doing,
    ...(object === undefined ? {} : { object }),
  })
  const right = assigns.has(verb) && of.assignment ? undefined : of.right(verb)
  const standing = of.in(nouns.standing, verb)
  const cost = of.in(nouns.money, verb)
  const object = of.words.findLast((word) => word !== verb)
  // A page in a browser is somebody's; only the window is the agent's.
  const ends = doing === 'detach' || doing === 'start' || doing === 'stop'
  const own = of.own === 'browser' && !ends ? undefined : of.own
  const placed = (): Effect => (own === undefined || social.has(verb) ? say('shared', object) : say('own', own))
  const watch = blinding.has(verb) ? of.in(nouns.watches) : undefined
  if (watch !== undefined) return say('persistence', watch)
  switch (doing) {
    case 'look':
    case 'list':
      if (verb === 'resolve' && of.in(nouns.matters)) return say('shared', of.in(nouns.matters))
      if (verb === 'open' && of.in(nouns.shared, 'page')) return say('shared', of.in(nouns.shared, 'page'))
      // To test what is set up to act is to let it act.
      if (verb === 'test' && of.in(nouns.setUp) !== undefined) return say('execution', of.in(nouns.setUp))
      if (verb === 'select' && of.in(new Set(['option', 'dropdown', 'checkbox', 'radio'])))
        return say('shared', 'option')
      return say('look')
    case 'make':
    case 'change':
    case 'set': {
      if (right !== undefined) return say('persistence', right)
      if (standing !== undefined) return say('persistence', standing)
      const bundle = of.in(nouns.packages, verb)
      if (bundle !== undefined && brings.has(verb)) return say('execution', bundle)
      // What others proposed is let in.
      if (verb === 'merge' && of.in(nouns.joined) === undefined && own === undefined) return say('approval', object)
      if (/^(?:complete|vote)$/.test(verb) && of.proposal) return say('approval', object)
      if (of.membership && verb !== 'create') return say('persistence', 'a member')
      if (switching.has(verb) && of.in(nouns.people)) return say('persistence', of.in(nouns.people))
      if (verb === 'schedule' && cost !== undefined) return say('money', cost)
      if (verb === 'schedule' && of.in(nouns.code)) return say('persistence', of.in(nouns.code))
      if (cost !== undefined) return say('money', cost)
      const message = of.in(nouns.messages, verb)
      if (doing === 'make' && message !== undefined && of.in(nouns.stays) === undefined) return say('outward', message)
      if (verb === 'request' && of.in(new Set(['http', 'web', 'api', 'rest']))) return say('outward', 'http')
      return placed()
    }
    case 'detach':
      return placed()
    case 'work':
      return say('own')
    case 'unmake':
      if (right !== undefined) return say('persistence', right)
      if (of.membership) return say('persistence', 'a member')
      if (of.in(nouns.light)) return placed()
      if (takesOff.has(verb) && (of.unmarked || of.assignment)) return say('shared', object)
      if (of.in(new Set(['browser', 'mouse', 'element'])) && verb === 'drop') return say('shared')
      return say('irreversible', object)
    case 'send':
      if (cost !== undefined) return say('money', cost)
      if (verb === 'forward' && of.in(new Set(['port']))) return say('shared', 'port')
      if (verb === 'forward' && of.in(new Set(['go', 'navigate', 'browser']))) return say('look')
      if (/^(?:submit|post)$/.test(verb) && of.in(new Set(['form', 'review', 'comment', 'answer', 'search'])))
        return say('shared', object)
      if (verb === 'send' && of.in(new Set(['key', 'keystroke', 'input', 'signal', 'command'])))
        return say('execution', 'input')
      return say('outward', object)
    case 'give':
      return say('persistence', object)
    case 'pay': {
      if (right !== undefined) return say('persistence', right)
      const thing = of.own ?? of.in(new Set(['repo', 'repository']))
      if (verb === 'checkout' && thing !== undefined) return say('own', thing)
      if (verb === 'transfer' && of.words.at(-1) === 'agent') return say('execution', 'agent')
      if (verb === 'transfer' && (of.own ?? of.in(nouns.shared, 'account')) !== undefined) return say('outward', object)
      return say('money', object)
    }
    case 'run':
    case 'start':
      // A deploy key, an execution role.
      if (right !== undefined && verb === 'deploy') return say('persistence', right)
      if (of.in(nouns.lookups, verb)) return say('look', of.in(nouns.lookups))
      if (cost !== undefined && verb === 'process') return say('money', cost)
      if (verb === 'dispatch' && of.in(nouns.messages) !== undefined) return say('outward', of.in(nouns.messages))
      if (doing === 'start' && of.own !== undefined && of.own !== 'terminal' && of.in(nouns.code) === undefined)
        return say('own', of.own)
      return say('execution', object)
    case 'stop':
      if (/^(?:terminate|kill|shutdown)$/.test(verb) && of.in(nouns.machines))
        return say('irreversible', of.in(nouns.machines))
      return placed()
    case 'touch':
      return say('shared')
    case 'approve':
      if (of.in(new Set(['dialog', 'alert', 'prompt', 'popup', 'cookie', 'suggestion']))) return say('shared', object)
      return say('approval', object)
    case 'auth':
      return say('shared')
  }
}

export const gravest = (effects: readonly Effect[]): Effect | undefined =>
  effects.reduce<Effect | undefined>(
    (worst, each) => (worst === undefined || gravity(each.sink) > gravity(worst.sink) ? each : worst),
    undefined,
  )
