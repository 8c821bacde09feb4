import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { CommandTable } from '../../src/policy/command-table.ts'
import type { DecisionMessage } from '../../src/protocol/message.ts'

/** Verifies one signed message against the API’s published keys. */
export async function verified(url: string, jws: string): Promise<DecisionMessage> {
  const keys = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as JSONWebKeySet
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), { algorithms: ['ES256'] })
  if (protectedHeader.typ !== 'rescind-decision+jws') throw new Error(`typ is ${protectedHeader.typ}`)
  return JSON.parse(new TextDecoder().decode(payload))
}

/** A reader of the decision stream as an enforcement point is one: verifies, keeps a table, knows whether it agrees. */
export async function readDecisions(url: string, key: string, headers: Record<string, string> = {}, query = '') {
  const stop = new AbortController()
  const response = await fetch(`${url}/v1/decisions${query}`, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers },
    signal: stop.signal,
  })
  const table = new CommandTable()
  const messages: DecisionMessage[] = []
  const ids: string[] = []
  const waiting = new Set<() => void>()
  let agrees = true
  let ended = false

  async function run(): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk, { stream: true })
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1]
        const message = await verified(url, field('data') ?? '')
        if (field('event') !== message.kind) throw new Error('the event is not of its kind')
        const id = field('id')
        if (id !== undefined) ids.push(id)
        if (message.kind === 'snapshot') agrees = table.reset(message.seq, message.digest, message.commands ?? [])
        for (const update of message.updates ?? []) agrees = table.apply(update)
        agrees &&= table.seq === message.seq && table.digest === message.digest
        messages.push(message)
        for (const wake of waiting) wake()
      }
    }
  }
  const done = response.ok
    ? run()
        .catch(() => {})
        .finally(() => {
          ended = true
          for (const wake of waiting) wake()
        })
    : Promise.resolve()

  return {
    response,
    table,
    messages,
    ids,
    done,
    get agrees() {
      return agrees
    },
    /** Resolves with the first message, past or to come, that fits. */
    async until(fits: (message: DecisionMessage) => boolean): Promise<DecisionMessage> {
      for (;;) {
        const found = messages.find(fits)
        if (found !== undefined) return found
        if (ended) throw new Error('the stream has ended')
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            resolve()
          }
          waiting.add(wake)
        })
      }
    },
    async close() {
      stop.abort()
      await done
    },
  }
}
