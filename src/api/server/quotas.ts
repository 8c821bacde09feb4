import type { Metrics } from '../../telemetry.ts'

/** A part of what there is, asked for in somebody’s name. */
export interface Quota {
  /** What there is, for the metrics. */
  quota: string
  /** Whose. */
  of: string
  most: number
  amount?: number
}

/** What callers hold of what there is for all of them. Nobody holds more than his quota, and what was refused is counted. */
export class Quotas {
  readonly #metrics: Pick<Metrics, 'quotaRefused'>
  readonly #held = new Map<string, number>()

  constructor(metrics: Pick<Metrics, 'quotaRefused'>) {
    this.#metrics = metrics
  }

  /** All of these or none: answers what gives them back (once, however often it is called), or the first that is full. */
  take(wanted: readonly Quota[]): (() => void) | Quota {
    const full = wanted.find((asked) => (this.#held.get(keyOf(asked)) ?? 0) + (asked.amount ?? 1) > asked.most)
    if (full !== undefined) {
      this.#metrics.quotaRefused.inc({ quota: full.quota })
      return full
    }
    for (const asked of wanted) this.#add(asked, 1)
    let given = false
    return () => {
      if (given) return
      given = true
      for (const asked of wanted) this.#add(asked, -1)
    }
  }

  #add(asked: Quota, sign: 1 | -1): void {
    const key = keyOf(asked)
    const held = (this.#held.get(key) ?? 0) + sign * (asked.amount ?? 1)
    if (held <= 0) this.#held.delete(key)
    else this.#held.set(key, held)
  }
}

const keyOf = ({ quota, of }: Quota): string => `${quota} ${of}`
