import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { RescindError } from '../../errors.ts'
import { proofPath, proofText } from '../../protocol/proof.ts'

/** A monitor may end, and another program take its port: it is asked anew after so long, ms, and after each failure. */
const provenMs = 1000
const patienceMs = 10_000

/** Whether whoever listens holds the local key, asked before the key goes out. */
export class MonitorProof {
  readonly #url: string
  readonly #key: string
  readonly #fetch: typeof fetch
  #until = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | undefined

  constructor(url: string, key: string, given: typeof fetch = fetch) {
    this.#url = url.replace(/\/+$/, '')
    this.#key = key
    this.#fetch = given
  }

  /** Resolves where it is the monitor. Throws MONITOR_UNREACHABLE where nobody answers, or somebody else. */
  async hold(): Promise<void> {
    if (performance.now() < this.#until) return
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    await this.#asking
  }

  /** A connection broke. */
  forget(): void {
    this.#until = Number.NEGATIVE_INFINITY
  }

  async #ask(): Promise<void> {
    const nonce = randomBytes(24).toString('base64url')
    const answer = await this.#fetch(`${this.#url}${proofPath}?nonce=${nonce}`, {
      redirect: 'error',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
    })
      .then(async (response) => ({ status: response.status, text: (await response.text()).slice(0, 4096) }))
      .catch((cause: unknown) => {
        throw new RescindError('MONITOR_UNREACHABLE', `The monitor at ${this.#url} does not answer.`, {
          retry: 'later',
          cause,
        })
      })
    if (answer.status === 200 && this.#isProof(answer.text, nonce)) {
      this.#until = performance.now() + provenMs
      return
    }
    throw new RescindError(
      'MONITOR_UNREACHABLE',
      `What answers at ${this.#url} does not prove that it is the monitor of the local key (${answer.status}), so the key was not sent. Is another program on that port, or is it the monitor of another data directory (--data)? Behind a proxy or a forwarded port, give a key of its own: RESCIND_TOKEN.`,
      { retry: 'later' },
    )
  }

  #isProof(text: string, nonce: string): boolean {
    const { port, protocol } = new URL(this.#url)
    const called = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
    const expected = createHmac('sha256', this.#key).update(proofText(called, nonce)).digest()
    try {
      const { proof } = JSON.parse(text) as { proof?: unknown }
      const given = Buffer.from(typeof proof === 'string' ? proof : '', 'base64url')
      return given.length === expected.length && timingSafeEqual(given, expected)
    } catch {
      return false
    }
  }
}
