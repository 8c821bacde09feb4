import type { CommandUpdate } from '../../model/command.ts'
import { inForce, type Standing } from '../../policy/command-table.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Signer } from '../../ports/signer.ts'
import { type DecisionMessage, messageType } from '../../protocol/message.ts'
import type { Monitor } from '../../runtime/monitor.ts'
import type { Metrics } from '../../telemetry.ts'

/** A signed message, and what the stream needs to know of it. */
export interface Signed {
  kind: DecisionMessage['kind']
  seq: number
  /** The last of its snapshot, or not of one: the reader is up to date after it. */
  whole: boolean
  jws: Promise<string>
  /** Commands that a point learns of by it. */
  orders: readonly string[]
}

/** A message stays well below what readers take for one event. */
export const commandsPerPage = 5000
const charsPerPage = 4 * 1024 * 1024
const updatesPerDelta = 500
/** A reader further behind than this gets the table anew: it is not larger. */
const maxCatchUp = 5000
const snapshotMs = 2000

export type Reader = (message: Signed) => void

interface FeedParts {
  monitor: Monitor
  signer: Signer
  clock: Clock
  metrics: Metrics
  beatMs: number
}

/**
 * One tenant’s decisions as signed messages. Each message is made and signed once, however many read it; updates of one
 * turn of the event loop go together.
 */
export class DecisionFeed {
  readonly #tenant: string
  readonly #p: FeedParts
  readonly #readers = new Set<Reader>()
  #pending: CommandUpdate[] = []
  #stop: (() => void) | undefined
  #stopBeats: (() => void) | undefined
  #snapshot: { seq: number; at: number; policy: string; messages: Signed[] } | undefined

  constructor(tenant: string, parts: FeedParts) {
    this.#tenant = tenant
    this.#p = parts
  }

  get readers(): number {
    return this.#readers.size
  }

  /** What brings a reader that has `since` up to date: a delta while the updates are held, a beat when there are none. */
  catchUp(since: number | undefined): readonly Signed[] {
    const { table, recent } = this.#p.monitor.commandTables.of(this.#tenant)
    if (since === undefined || since > table.seq) return this.#whole()
    if (since === table.seq) return [this.#beat()]
    const first = recent.findIndex((update) => update.seq > since)
    const updates = first === -1 ? [] : recent.slice(first)
    if (updates[0]?.seq !== since + 1 || updates.length > maxCatchUp) return this.#whole()
    return this.#deltas(updates)
  }

  /** Calls `reader` with all that comes from now on until the returned function is called. */
  follow(reader: Reader): () => void {
    // What came before is the others’: `catchUp` of this turn has it.
    this.#flush()
    this.#readers.add(reader)
    this.#stop ??= this.#p.monitor.commandTables.follow(this.#tenant, (update) => {
      if (this.#pending.push(update) === 1) setImmediate(() => this.#flush())
    })
    this.#stopBeats ??= this.#p.clock.every(this.#p.beatMs, () => {
      this.#flush()
      if (this.#readers.size > 0) this.#send(this.#beat())
    })
    return () => {
      this.#readers.delete(reader)
      if (this.#readers.size > 0) return
      this.#stop?.()
      this.#stopBeats?.()
      this.#stop = undefined
      this.#stopBeats = undefined
      this.#pending = []
    }
  }

  #flush(): void {
    if (this.#pending.length === 0) return
    const updates = this.#pending
    this.#pending = []
    for (const message of this.#deltas(updates)) this.#send(message)
  }

  #send(message: Signed): void {
    for (const reader of [...this.#readers]) reader(message)
  }

  #beat(): Signed {
    return this.#sign({ kind: 'beat' }, [])
  }

  #deltas(updates: readonly CommandUpdate[]): Signed[] {
    const messages: Signed[] = []
    for (let at = 0; at < updates.length; at += updatesPerDelta) {
      const part = updates.slice(at, at + updatesPerDelta)
      const last = part.at(-1)
      const orders = part.filter((u) => u.state === 'issued' && u.issue !== undefined).map((u) => u.command)
      const upTo = last === undefined ? {} : { seq: last.seq, digest: last.digest }
      messages.push(this.#sign({ kind: 'delta', ...upTo, updates: part }, orders))
    }
    return messages
  }

  #whole(): readonly Signed[] {
    const { table } = this.#p.monitor.commandTables.of(this.#tenant)
    const policy = this.#p.monitor.policy.version
    const held = this.#snapshot
    const now = this.#p.clock.now()
    // Shared by those who come together; older ones would look like a message played again.
    const isFresh = held !== undefined && now - held.at < snapshotMs && now >= held.at
    if (isFresh && held.seq === table.seq && held.policy === policy) return held.messages
    const commands = [...table.commands.values()].filter(({ command, state }) => inForce(command, state))
    const parts = paged(commands)
    const pages = parts.length
    const messages = parts.map((part, at) => {
      const orders = part.filter(({ state }) => state !== 'applied').map((s) => s.command.id)
      const where = pages === 1 ? {} : { page: at + 1, pages }
      return this.#sign({ kind: 'snapshot', commands: part, ...where }, orders, at + 1 === pages)
    })
    this.#snapshot = { seq: table.seq, at: now, policy, messages }
    return messages
  }

  #sign(
    part: Pick<DecisionMessage, 'kind'> & Partial<DecisionMessage>,
    orders: readonly string[],
    whole = true,
  ): Signed {
    const { monitor, signer, clock, metrics } = this.#p
    const { table } = monitor.commandTables.of(this.#tenant)
    const message: DecisionMessage = {
      tenant: this.#tenant,
      seq: table.seq,
      digest: table.digest,
      policyVersion: monitor.policy.version,
      at: clock.now(),
      ...part,
    }
    metrics.messages.inc({ kind: part.kind })
    const jws = signer.sign(JSON.stringify(message), messageType)
    // Whoever reads it meets the failure; with no reader left nobody does.
    jws.catch(() => {})
    return { kind: message.kind, seq: message.seq, whole, jws, orders }
  }
}

function paged(commands: readonly Standing[]): Standing[][] {
  const pages: Standing[][] = [[]]
  let chars = 0
  for (const standing of commands) {
    const size = JSON.stringify(standing).length
    const page = pages.at(-1)
    if (page === undefined || page.length >= commandsPerPage || (page.length > 0 && chars + size > charsPerPage)) {
      pages.push([standing])
      chars = size
    } else {
      page.push(standing)
      chars += size
    }
  }
  return pages
}
