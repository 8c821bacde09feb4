import type { Metrics } from '../../telemetry.ts'

/** A part of what there is, asked for in somebody’s name. */
export interface Share {
  /** What it is a quota of, for the metrics. */
  quota: string
  /** Whose. */
  of: string
  most: number
  amount?: number
}

/** What callers hold of what there is for all of them. Nobody holds more than his share, and what was refused is counted. */
export class Shares {
  readonly #metrics: Pick<Metrics, 'quotaRefused'>
  readonly #held = new Map<string, number>()

  constructor(metrics: Pick<Metrics, 'quotaRefused'>) {
    this.#metrics = metrics
  }

  /** All of these or none: answers what gives them back (once, however often it is called), or the first that is full. */
  take(wanted: readonly Share[]): (() => void) | Share {
    const full = wanted.find((share) => (this.#held.get(keyOf(share)) ?? 0) + (share.amount ?? 1) > share.most)
    if (full !== undefined) {
      this.#metrics.quotaRefused.inc({ quota: full.quota })
      return full
    }
    for (const share of wanted) this.#add(share, 1)
    let given = false
    return () => {
      if (given) return
      given = true
      for (const share of wanted) this.#add(share, -1)
    }
  }

  #add(share: Share, sign: 1 | -1): void {
    const key = keyOf(share)
    const held = (this.#held.get(key) ?? 0) + sign * (share.amount ?? 1)
    if (held <= 0) this.#held.delete(key)
    else this.#held.set(key, held)
  }
}

const keyOf = ({ quota, of }: Share): string => `${quota} ${of}`
