import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../ports/clock.ts'
import { type Caller, mustSpeakFor, notIts, owns } from '../server/caller.ts'
import type { Elsewhere } from '../server/elsewhere.ts'
import type { KeyRing } from '../server/key-ring.ts'

/** A name is kept for the one who used it for so long after its last sign of life, ms. */
const keptMs = 60 * 60_000
/** Most names of one caller, and of all: beyond it the ones that are quiet the longest go. */
const maxOfOne = 4096
const maxOfAll = 100_000

interface Owner {
  caller: Caller
  streams: number
  seen: number
}

/**
 * Whose an enforcement point is. A binding says it; a point without one is the caller’s who opened a stream under its name
 * first, as long as it comes back within the hour. That is held in memory: bind keys where it matters.
 */
export class PointOwners {
  readonly #clock: Clock
  readonly #ring: Pick<KeyRing, 'isBoundPoint'> | undefined
  readonly #elsewhere: Pick<Elsewhere, 'askOthers'>
  /** The quiet ones first. */
  readonly #owners = new Map<string, Owner>()
  readonly #ofOne = new Map<string, Set<string>>()

  constructor(parts: {
    clock: Clock
    ring: Pick<KeyRing, 'isBoundPoint'> | undefined
    elsewhere: Pick<Elsewhere, 'askOthers'>
  }) {
    this.#clock = parts.clock
    this.#ring = parts.ring
    this.#elsewhere = parts.elsewhere
  }

  /** A stream is open under the name until the returned function is called. Throws API_FORBIDDEN where it is another’s. */
  opened(caller: Caller, tenant: string, point: string | undefined, field: string): () => void {
    if (point === undefined) return () => {}
    mustSpeakFor(caller, 'points', point, field)
    const key = keyOf(tenant, point)
    const bound = owns(caller, 'points', point)
    const known = this.#owners.get(key)
    const isTaken = !bound && (this.#ring?.isBoundPoint(tenant, point) === true || this.#isOf(known, caller) === false)
    if (isTaken) throw notIts(caller, 'points', point, field)
    // The local key looks after any point, and takes none away.
    if (known !== undefined && known.caller.id !== caller.id && caller.local) return () => {}
    const owner = known?.caller.id === caller.id ? known : { caller, streams: 0, seen: 0 }
    owner.caller = caller
    owner.streams++
    this.#keep(key, owner)
    return () => {
      owner.streams--
      owner.seen = this.#clock.now()
    }
  }

  /** Throws API_FORBIDDEN where the caller may not answer for the point. */
  async mustOwn(request: FastifyRequest, caller: Caller, tenant: string, point: string, field: string): Promise<void> {
    if (owns(caller, 'points', point)) return
    mustSpeakFor(caller, 'points', point, field)
    const key = keyOf(tenant, point)
    const known = this.#owners.get(key)
    if (known !== undefined && known.caller.id === caller.id) {
      this.#keep(key, known)
      return
    }
    // Its stream may be with another instance.
    if (known === undefined && this.#ring?.isBoundPoint(tenant, point) !== true) {
      const { answers } = await this.#elsewhere.askOthers(request, '/v1/me')
      if (answers.some((answer) => isPointIn(answer, tenant, point))) return
    }
    throw notIts(caller, 'points', point, field)
  }

  /** The points under whose names the caller opened streams here. */
  of(caller: Caller): { tenant: string; point: string }[] {
    return [...(this.#ofOne.get(caller.id) ?? [])].map((key) => {
      const [tenant = '', point = ''] = JSON.parse(key) as string[]
      return { tenant, point }
    })
  }

  /** Undefined where it is nobody’s. */
  #isOf(known: Owner | undefined, caller: Caller): boolean | undefined {
    if (known === undefined) return undefined
    const now = this.#clock.now()
    // A token ends before its bearer has the next; a key that was taken out does not come back.
    const isRevoked = known.caller.id.startsWith('key:') && !known.caller.holds(now)
    if (isRevoked || (known.streams === 0 && known.seen + keptMs < now)) return undefined
    return known.caller.id === caller.id
  }

  #keep(key: string, owner: Owner): void {
    owner.seen = this.#clock.now()
    this.#drop(key)
    this.#owners.set(key, owner)
    const { id } = owner.caller
    const own = this.#ofOne.get(id) ?? new Set<string>()
    this.#ofOne.set(id, own.add(key))
    if (own.size > maxOfOne) this.#drop(this.#quiet(own) ?? '')
    if (this.#owners.size > maxOfAll) this.#drop(this.#quiet(this.#owners.keys()) ?? '')
  }

  #quiet(keys: Iterable<string>): string | undefined {
    for (const key of keys) if (this.#owners.get(key)?.streams === 0) return key
    return undefined
  }

  #drop(key: string): void {
    const id = this.#owners.get(key)?.caller.id
    this.#owners.delete(key)
    const own = id === undefined ? undefined : this.#ofOne.get(id)
    own?.delete(key)
    if (own?.size === 0) this.#ofOne.delete(id ?? '')
  }
}

const keyOf = (tenant: string, point: string) => JSON.stringify([tenant, point])

function isPointIn(answer: unknown, tenant: string, point: string): boolean {
  const { points } = (answer ?? {}) as { points?: unknown }
  return (
    Array.isArray(points) &&
    points.some((each: { tenant?: unknown; point?: unknown }) => each?.tenant === tenant && each.point === point)
  )
}
