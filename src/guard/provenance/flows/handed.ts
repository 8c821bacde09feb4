import type { Keyed } from '../../../model/event.ts'
import type { Identity } from '../../identity/index.ts'
import { digestOfWord } from '../digests/hash.ts'
import type { Joins } from '../digests/joins.ts'
import { keysOf } from '../digests/keys.ts'
import { tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { isHandedOver } from '../proof/proof.ts'
import { form } from '../reading/form.ts'
import type { RequestMemory } from '../request/request.ts'
import { findIdentity, isAskedIdentity } from '../values/lookup.ts'
import { type Sightings, standOf } from '../values/sightings.ts'
import { isWritten } from '../values/values.ts'

/** Bounds, in digests: of what is kept of one task; of what one message gives and one event says; identities of one message that are looked at; aims of one act; traces of a task. */
const limits = { written: 1024, named: 64, perEvent: 256, looked: 512, aims: 32, traces: 16 } as const

/** Sinks for which a request may leave an aim to what it names. */
const sinks = ['outward', 'shared', 'money', 'execution', 'persistence'] as const

/** How much of it a trace was told. */
interface TraceState {
  written: number
  named: number
  hands: boolean
}

interface Written {
  digest: string
  /** It stood only where a text speaks to the model. */
  isSpoken: boolean
}

/**
 * What a task read and was asked, as agents of its trace on other machines are told: keyed digests of what texts of others name
 * without proof, and of what its requests name. Each is told once in a trace.
 */
export class Handed {
  readonly #joins: Joins
  readonly #written: Written[] = []
  /** How many went from the front. */
  #gone = 0
  readonly #named: string[] = []
  #hands = false
  readonly #traces = new Map<string, TraceState>()
  #cut = 0

  constructor(joins: Joins) {
    this.#joins = joins
  }

  /** A new message of the principal’s, and what it names. */
  ask({ handsOver, replies }: RequestMemory, identities: readonly Identity[]): void {
    if (!this.#joins.isOn) return
    this.#hands = handsOver || replies
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
    const known = new Map(this.#written.map(({ digest, isSpoken }) => [digest, isSpoken]))
    const fresh = new Map<string, boolean>()
    const own = ownSites(memory.readings)
    this.#cut += Math.max(0, met.length - limits.looked)
    for (const identity of met.slice(0, limits.looked)) {
      const found = findIdentity(memory, identity)
      if (!isDoubtful(memory, identity, found)) continue
      const { site } = keysOf(identity, memory.seed)
      const isOwn = own.has(site) || memory.request.sites.has(site)
      const joined = isOwn ? this.#joins.proofOf(identity) : this.#joins.of(identity)
      for (const digest of joined)
        if (!known.has(digest) || (found.spoken && known.get(digest) === false))
          fresh.set(digest, found.spoken || fresh.get(digest) === true)
    }
    const written = [...fresh].map(([digest, isSpoken]): Written => ({ digest, isSpoken }))
    const inOrder = [...written.filter((w) => w.isSpoken), ...written.filter((w) => !w.isSpoken)]
    this.#cut += Math.max(0, inOrder.length - limits.perEvent)
    this.#written.push(...inOrder.slice(0, limits.perEvent))
    const over = this.#written.length - limits.written
    if (over <= 0) return
    this.#written.splice(0, over)
    this.#gone += over
  }

  /** What an event of this trace says, once each; undefined: nothing, or nobody could join it. */
  tell(trace: string | undefined, aims: readonly string[][] = []): Keyed | undefined {
    if (!this.#joins.isOn || trace === undefined) return undefined
    const isFirst = !this.#traces.has(trace)
    const state = this.#of(trace)
    const keyed: Keyed = {}
    if (aims.length > 0) keyed.aims = aims.slice(0, limits.aims)
    const from = Math.max(0, state.written - this.#gone)
    const missed = Math.max(0, this.#gone - state.written)
    const written = this.#written.slice(from, from + limits.perEvent)
    state.written = this.#gone + from + written.length
    const spoken = written.filter((w) => w.isSpoken)
    if (written.length > spoken.length) keyed.written = written.filter((w) => !w.isSpoken).map((w) => w.digest)
    if (spoken.length > 0) keyed.spoken = spoken.map((w) => w.digest)
    if (isFirst || state.named < this.#named.length || state.hands !== this.#hands) {
      keyed.named = [...this.#named]
      if (this.#hands) keyed.hands = true
    }
    state.named = this.#named.length
    state.hands = this.#hands
    const cut = this.#cut + missed + Math.max(0, aims.length - limits.aims)
    this.#cut = 0
    if (cut > 0) keyed.cut = cut
    return Object.keys(keyed).length === 0 ? undefined : keyed
  }

  /** A trace that comes later is told what was read last, in one event. */
  #of(trace: string): TraceState {
    let state = this.#traces.get(trace)
    if (state === undefined) {
      const all = this.#gone + this.#written.length
      const from = this.#traces.size === 0 ? 0 : Math.max(this.#gone, all - limits.perEvent)
      state = { written: from, named: 0, hands: false }
      for (const oldest of this.#traces.keys()) {
        if (this.#traces.size < limits.traces) break
        this.#traces.delete(oldest)
      }
      this.#traces.set(trace, state)
    }
    return state
  }
}

/** Its own guard would hold an act that is aimed at it. */
function isDoubtful(memory: Memory, identity: Identity, found: Sightings): boolean {
  if (!isWritten(standOf(found)) || isAskedIdentity(memory, identity)) return false
  const normal = tokensOf(identity.canonical).join(' ')
  if (!found.spoken && memory.said.has(digestOfWord(normal, memory.seed))) return false
  return !sinks.some((sink) => isHandedOver(memory, { found, identity }, sink))
}

/** Sites of which a system’s field names a host. */
function ownSites(readings: Memory['readings']): ReadonlySet<number> {
  const sites = new Set<number>()
  for (const { ids, idForms, untrusted } of readings)
    for (let i = 0; !untrusted && i < idForms.length; i++)
      if (idForms[i] === form.system) sites.add(ids[i * 3 + 2] ?? 0)
  return sites
}
