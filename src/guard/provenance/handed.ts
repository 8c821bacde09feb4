import type { Keyed } from '../../model/event.ts'
import type { Identity } from '../identity/index.ts'
import { form } from './form.ts'
import { digestOfWord } from './hash.ts'
import type { Joins } from './joins.ts'
import { isWritten } from './judge.ts'
import { keysOf } from './keys.ts'
import { type Found, findIdentity, isAskedIdentity, type Memory, standOf } from './lookup.ts'
import { isHandedOver } from './proof.ts'
import { tokensOf } from './text.ts'

/** Bounds, in digests: of what is kept of one task; of what one message gives and one event says; aims of one act; traces of a task. */
const limits = { written: 1024, named: 64, perEvent: 256, aims: 32, traces: 16 } as const

/** Sinks for which a request may leave an aim to what it names. */
const sinks = ['outward', 'shared', 'money', 'execution', 'persistence'] as const

/** How much of it a trace was told. */
interface Told {
  written: number
  named: number
}

/**
 * What a task read and was asked, as agents of its trace on other machines are told: keyed digests of what texts of others name
 * without proof, and of what its requests name. Each is told once in a trace.
 */
export class Handed {
  readonly #joins: Joins
  readonly #written: string[] = []
  /** How many went from the front. */
  #gone = 0
  readonly #named: string[] = []
  readonly #traces = new Map<string, Told>()
  #cut = 0

  constructor(joins: Joins) {
    this.#joins = joins
  }

  ask(identities: readonly Identity[]): void {
    if (!this.#joins.isOn) return
    for (const identity of identities)
      for (const digest of this.#joins.proofOf(identity))
        if (!this.#named.includes(digest)) {
          if (this.#named.length < limits.named) this.#named.push(digest)
          else this.#cut++
        }
  }

  /** `met`: what one message names that is no system’s own field; `memory` holds it already. What speaks to the model is told first. */
  read(met: readonly Identity[], memory: Memory): void {
    if (!this.#joins.isOn) return
    const first: string[] = []
    const then: string[] = []
    for (const identity of met) {
      const found = findIdentity(memory, identity)
      if (!isDoubtful(memory, identity, found)) continue
      const joined = isOwnSite(memory, identity) ? this.#joins.proofOf(identity) : this.#joins.of(identity)
      for (const digest of joined) (found.spoken ? first : then).push(digest)
    }
    const known = new Set(this.#written)
    const fresh = [...new Set([...first, ...then])].filter((digest) => !known.has(digest))
    this.#cut += Math.max(0, fresh.length - limits.perEvent)
    this.#written.push(...fresh.slice(0, limits.perEvent))
    const over = this.#written.length - limits.written
    if (over <= 0) return
    this.#written.splice(0, over)
    this.#gone += over
  }

  /** What an event of this trace says, once each; undefined: nothing, or nobody could join it. */
  tell(trace: string | undefined, aims: readonly string[][] = []): Keyed | undefined {
    if (!this.#joins.isOn || trace === undefined) return undefined
    const isFirst = !this.#traces.has(trace)
    const told = this.#of(trace)
    const keyed: Keyed = {}
    if (aims.length > 0) keyed.aims = aims.slice(0, limits.aims)
    const from = Math.max(0, told.written - this.#gone)
    const missed = Math.max(0, this.#gone - told.written)
    const written = this.#written.slice(from, from + limits.perEvent)
    told.written = this.#gone + from + written.length
    if (written.length > 0) keyed.written = written
    if (isFirst || told.named < this.#named.length) keyed.named = [...this.#named]
    told.named = this.#named.length
    const cut = this.#cut + missed + Math.max(0, aims.length - limits.aims)
    this.#cut = 0
    if (cut > 0) keyed.cut = cut
    return Object.keys(keyed).length === 0 ? undefined : keyed
  }

  /** A trace that comes later is told what was read last, in one event. */
  #of(trace: string): Told {
    let told = this.#traces.get(trace)
    if (told === undefined) {
      const all = this.#gone + this.#written.length
      told = { written: this.#traces.size === 0 ? 0 : Math.max(this.#gone, all - limits.perEvent), named: 0 }
      for (const oldest of this.#traces.keys()) {
        if (this.#traces.size < limits.traces) break
        this.#traces.delete(oldest)
      }
      this.#traces.set(trace, told)
    }
    return told
  }
}

/** Its own guard would hold an act that is aimed at it. */
function isDoubtful(memory: Memory, identity: Identity, found: Found): boolean {
  if (!isWritten(standOf(found)) || isAskedIdentity(memory, identity)) return false
  const normal = tokensOf(identity.canonical).join(' ')
  if (!found.spoken && memory.said.has(digestOfWord(normal, memory.seed))) return false
  return !sinks.some((sink) => isHandedOver(memory, { found, identity }, sink))
}

/** The request or a system’s field names a host of this site. */
function isOwnSite({ request, readings, seed }: Memory, identity: Identity): boolean {
  const { site } = keysOf(identity, seed)
  if (request.sites.has(site)) return true
  return readings.some(({ ids, idForms, untrusted }) =>
    idForms.some((as, i) => as === form.system && !untrusted && ids[i * 3 + 2] === site),
  )
}
