import type { Receipt } from '../../model/receipt.ts'
import { ended } from '../../policy/command-table.ts'
import { isNews, pointOf } from '../../policy/points.ts'
import type { Clock } from '../../ports/clock.ts'
import { bound } from '../../runtime/bound.ts'
import type { Monitor } from '../../runtime/monitor.ts'
import type { Metrics } from '../../telemetry.ts'

const maxRemembered = 200_000

/**
 * Writes `delivered` receipts for commands that went out on the stream of a named point: once per command and point,
 * those of one turn together. What a point did with it, only the point says.
 */
export class Deliveries {
  readonly #p: {
    monitor: Monitor
    clock: Clock
    metrics: Metrics
    logger: { warn(about: object, message: string): void }
  }
  readonly #told = new Set<string>()
  readonly #seeded = new Set<string>()
  #waiting: Receipt[] = []

  constructor(parts: {
    monitor: Monitor
    clock: Clock
    metrics: Metrics
    logger: { warn(about: object, message: string): void }
  }) {
    this.#p = parts
  }

  written(tenant: string, point: string | undefined, commands: readonly string[]): void {
    if (point === undefined || commands.length === 0) return
    this.#seed(tenant)
    const { table, lives } = this.#p.monitor.commandTables.of(tenant)
    for (const command of commands) {
      const key = keyOf(tenant, command, point)
      const standing = table.commands.get(command)
      if (standing === undefined || ended(standing.state) || this.#told.has(key)) continue
      const known = pointOf(lives.get(command)?.points ?? {}, point)
      // Where it is applied everywhere, it is past being delivered; so it is at a point that has answered.
      if (known === undefined ? standing.state === 'applied' : !isNews(known, { outcome: 'delivered', time: 0 }))
        continue
      this.#remember(key)
      const receipt: Receipt = { tenant, command, point, outcome: 'delivered', time: this.#p.clock.now() }
      if (this.#waiting.push(receipt) === 1) setImmediate(() => this.#flush())
    }
  }

  #flush(): void {
    const receipts = this.#waiting
    this.#waiting = []
    this.#p.monitor.receive(receipts).then(
      () => this.#p.metrics.deliveries.inc(receipts.length),
      (error: unknown) => {
        for (const { tenant, command, point } of receipts) this.#told.delete(keyOf(tenant, command, point))
        this.#p.logger.warn({ err: error, receipts: receipts.length }, 'delivered receipts could not be written')
      },
    )
  }

  /** What the log says was delivered before this process. */
  #seed(tenant: string): void {
    if (this.#seeded.has(tenant)) return
    this.#seeded.add(tenant)
    for (const { command, point, outcome } of this.#p.monitor.commandTables.of(tenant).recent)
      if (point !== undefined && (outcome === 'delivered' || outcome === 'applied'))
        this.#remember(keyOf(tenant, command, point))
  }

  #remember(key: string): void {
    this.#told.add(key)
    bound(this.#told, maxRemembered)
  }
}

const keyOf = (tenant: string, command: string, point: string) => JSON.stringify([tenant, command, point])
