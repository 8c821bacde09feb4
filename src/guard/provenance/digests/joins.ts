import { createHmac } from 'node:crypto'
import type { Identity } from '../../identity/index.ts'

/** Bytes of a digest that are kept, of 32. */
const width = 16

/**
 * What an identity is joined by across machines: HMAC-SHA-256 under the tenant’s secret, cut to 128 bits. Until a monitor has given
 * the secret there are none.
 */
export class Joins {
  #key: Buffer | undefined

  get isOn(): boolean {
    return this.#key !== undefined
  }

  use(key: string): void {
    this.#key = Buffer.from(key, 'base64url')
  }

  /** It itself and, but for mailboxes, its space: what names one of these names it. */
  proofOf(identity: Identity): string[] {
    const { kind, canonical, host, owner } = identity
    const space = owner ?? host
    const whole = this.#digest('whole', canonical)
    return kind === 'mailbox' || space === undefined ? [whole] : [whole, this.#digest('space', space)]
  }

  /** The same and its site, where that is not one owner’s space on a shared host: another host of it is as suspicious. */
  of(identity: Identity): string[] {
    const { kind, site, owner } = identity
    const proof = this.proofOf(identity)
    return kind === 'mailbox' || site === undefined || owner !== undefined
      ? proof
      : [...proof, this.#digest('site', site)]
  }

  #digest(as: string, text: string): string {
    return createHmac('sha256', this.#key ?? '')
      .update(`${as}:${text}`)
      .digest()
      .toString('hex', 0, width)
  }
}
