import type { Clock } from '../../ports/clock.ts'
import type { Monitor } from '../../runtime/monitor.ts'

/** Beats that a point may be away before it has gone. */
const graceBeats = 3
/** Points that are here are said to be again this often, ms: what one instance said wrongly of another’s is put right. */
const rollCallMs = 60_000

interface PointPresenceParts {
  monitor: Pick<Monitor, 'tellPresence'>
  clock: Clock
  logger: { warn(about: object, message: string): void }
  beatMs: number
}

/** Open streams of one named point. */
interface Here {
  streams: number
  /** When the last of them was closed, ms. */
  closed?: number
}

/**
 * Writes into the log which named points follow the decisions here, so that the flow knows whose answer to wait for: when
 * the first stream of one opens, and when it has been without one for longer than the grace.
 */
export class PointPresence {
  readonly #p: PointPresenceParts
  readonly #tenants = new Map<string, Map<string, Here>>()
  readonly #came = new Map<string, Set<string>>()
  readonly #stop: (() => void)[]
  #flushing = false

  constructor(parts: PointPresenceParts) {
    this.#p = parts
    this.#stop = [
      parts.clock.every(parts.beatMs, () => this.#sweep()),
      parts.clock.every(rollCallMs, () => this.#rollCall()),
    ]
  }

  /** A stream of the point is open until the returned function is called. */
  opened(tenant: string, point: string | undefined): () => void {
    if (point === undefined) return () => {}
    const points = this.#tenants.get(tenant) ?? new Map<string, Here>()
    this.#tenants.set(tenant, points)
    const known = points.get(point)
    points.set(point, { streams: (known?.streams ?? 0) + 1 })
    if (known === undefined) this.#come(tenant, point)
    return () => {
      const streams = (points.get(point)?.streams ?? 1) - 1
      points.set(point, streams === 0 ? { streams, closed: this.#p.clock.now() } : { streams })
    }
  }

  close(): void {
    for (const stop of this.#stop) stop()
  }

  /** Those of one turn are told together. */
  #come(tenant: string, point: string): void {
    const came = this.#came.get(tenant) ?? new Set<string>()
    this.#came.set(tenant, came.add(point))
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      for (const [of, points] of this.#came) this.#tell(of, [...points], [])
      this.#came.clear()
    })
  }

  #sweep(): void {
    const before = this.#p.clock.now() - graceBeats * this.#p.beatMs
    for (const [tenant, points] of this.#tenants) {
      const gone: { point: string; since: number }[] = []
      for (const [point, { closed }] of points)
        if (closed !== undefined && closed <= before) {
          points.delete(point)
          gone.push({ point, since: closed })
        }
      if (gone.length > 0) this.#tell(tenant, [], gone)
      if (points.size === 0) this.#tenants.delete(tenant)
    }
  }

  #rollCall(): void {
    for (const [tenant, points] of this.#tenants) {
      const here = [...points].filter(([, { streams }]) => streams > 0).map(([point]) => point)
      if (here.length > 0) this.#tell(tenant, here, [])
    }
  }

  /** What is not written is made good by the next roll call, or by the time after which nobody is believed to be here. */
  #tell(tenant: string, here: readonly string[], gone: readonly { point: string; since: number }[]): void {
    this.#p.monitor
      .tellPresence({ tenant, time: this.#p.clock.now(), here, gone })
      .catch((error: unknown) =>
        this.#p.logger.warn({ err: error, tenant }, 'which points follow could not be written'),
      )
  }
}
