import { setTimeout as pause } from 'node:timers/promises'
import type { Service } from '../../bench/service.ts'

/** What of the other tenant nobody else may ever see: it stands in values only, never in a name that can be guessed. */
const secret = `only-beta-${Math.random().toString(36).slice(2)}`

type Caller = (method: string, path: string, body?: unknown) => Promise<{ status: number; text: string }>

/** The tenant that is served meanwhile: it works, is attacked by its own agents now and then, and counts what it gets. */
export class Other {
  readonly #service: () => Service
  readonly #key: string
  #n = 0
  /** Acts of the steady agent that were acknowledged. */
  acts = 0
  /** Commands that never came, and acts that are not counted. */
  lost = 0

  constructor(service: () => Service, key: string) {
    this.#service = service
    this.#key = key
  }

  static isSeenIn(text: string): boolean {
    return text.includes(secret)
  }

  /** A connection that ends is made anew, as a guard does: what is handed in has its id and takes effect once. */
  #call: Caller = async (method, path, body) => {
    for (let tries = 0; ; tries++)
      try {
        return await this.#once(method, path, body)
      } catch (error) {
        if (tries === 20) throw error
        await pause(20)
      }
  }

  #once: Caller = async (method, path, body) => {
    const response = await fetch(`${this.#service().url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    return { status: response.status, text: await response.text() }
  }

  #act(agent: string, more: object = {}): object {
    const id = `beta-${++this.#n}-${process.pid}`
    const usual = { tool: { name: 'crm.read' }, resource: { dataset: secret }, action: 'read', outcome: 'allowed' }
    return {
      id,
      time: Date.now(),
      kind: 'outcome',
      agent: { id: agent, cohort: 'staff' },
      task: { id: `t-${agent}` },
      ...usual,
      ...more,
    }
  }

  async #hand(event: object): Promise<void> {
    // As a guard would: what found no room is handed in again.
    while ((await this.#call('POST', '/v1/events', event)).status !== 202) await pause(50)
  }

  /** From a hijacked act to the command about it, ms. */
  async probe(): Promise<number> {
    await this.#hand(this.#act('steady'))
    this.acts++
    const agent = `payer-${++this.#n}`
    const began = performance.now()
    await this.#hand(
      this.#act(agent, {
        ...{ tool: { name: 'send_email' }, action: 'export', provenance: { request: 'r', untrusted: 'identifier' } },
        destinations: [{ hash: secret, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
      }),
    )
    while (performance.now() - began < 60_000) {
      const { status, text } = await this.#call('GET', `/v1/commands?agent=${agent}`)
      if (status === 200 && (JSON.parse(text) as { commands: unknown[] }).commands.length > 0)
        return performance.now() - began
      await pause(3)
    }
    this.lost++
    return 60_000
  }

  /** Whether what was acknowledged is what is known of the steady agent. */
  async look(): Promise<void> {
    for (const late = Date.now() + 60_000; Date.now() < late; await pause(200)) {
      const { status, text } = await this.#call('GET', '/v1/agents/steady')
      if (status === 200 && text.includes(`"acts":${this.acts}`)) return
    }
    this.lost++
  }
}
