import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { RescindError, wordsOf } from '../../errors.ts'
import type { Member } from '../../ports/log.ts'
import { agentKey, tenantKey } from '../../stages/lane-key.ts'
import type { ApiParts } from './context.ts'
import { refusal } from './problem.ts'

/** Marks a question of another instance, which is answered from what is here. */
export const askedHeader = 'rescind-asked-by'
/** Who works on what is asked of the log this often at most, ms. */
const freshMs = 2000
const patienceMs = 3000
/** Where what is asked for is a part of the answer, and the rest is here. */
const shortPatienceMs = 1000
const largestAnswer = 32 * 1024 * 1024

export interface Answer {
  status: number
  body: unknown
}

/**
 * Over a log that is shared each instance holds the agents and tenants of its partitions. A question about another one goes
 * to the instance that works on it, with the caller’s own token: the answer does not depend on who is asked. Where others
 * are comes from the group itself, so nothing else has to know.
 */
export class Elsewhere {
  readonly #parts: ApiParts
  #members: Promise<readonly Member[]> = Promise.resolve([])
  #asked = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | undefined

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  /**
   * The same question, or what is asked at `path`, answered by the instance that works on the agent; undefined where that is
   * this one. Throws API_ELSEWHERE when it does not answer.
   */
  ask(
    request: FastifyRequest,
    tenant: string,
    agent: string,
    search: Readonly<Record<string, string>> = {},
    path?: string,
  ): Promise<Answer | undefined> {
    return this.#askOwner(request, 'events', agentKey(tenant, agent), search, patienceMs, path)
  }

  /** The same of the instance that works on the tenant’s commands. */
  askOfTenant(request: FastifyRequest, tenant: string): Promise<Answer | undefined> {
    return this.#askOwner(request, 'by-tenant', tenantKey(tenant), {}, shortPatienceMs)
  }

  async #askOwner(
    request: FastifyRequest,
    inbox: string,
    key: string,
    search: Readonly<Record<string, string>>,
    withinMs = patienceMs,
    path = request.url,
  ): Promise<Answer | undefined> {
    const { log, monitor } = this.#parts
    if (log.members === undefined) return undefined
    const partition = log.partitionOf(inbox, key)
    if (monitor.live.worksOn(inbox, partition)) return undefined
    // Whoever asked us took it for ours.
    if (request.headers[askedHeader] !== undefined) throw elsewhere(onItsWay)
    const members = await this.#known().catch((error: unknown) => {
      throw elsewhere(`The group cannot say who does: ${wordsOf(error)}`)
    })
    const owner = members.find(({ partitions }) => partitions[inbox]?.includes(partition) ?? false)
    if (owner === undefined || owner.address === this.#parts.address) throw elsewhere(onItsWay)
    if (owner.address === undefined)
      throw elsewhere('It is with an instance that does not say where it answers: set http.advertise on each of them.')
    try {
      const url = sameAt(owner.address, path)
      for (const [name, value] of Object.entries(search)) url.searchParams.set(name, value)
      const answer = await this.#fetch(url, request, withinMs)
      if (answer.status !== 401) return answer
      throw new Error('it does not know this token; give all instances the same auth.issuer or auth.keysFile')
    } catch (error) {
      // It may just have left.
      this.#asked = Number.NEGATIVE_INFINITY
      throw elsewhere(`It is with ${owner.address}, which gives no answer: ${wordsOf(error)}`)
    }
  }

  /** The same question, or what is asked at `path`, to all others that work on agents; `silent`: how many of them gave no answer. */
  async askOthers(request: FastifyRequest, path = request.url): Promise<{ answers: unknown[]; silent: number }> {
    const { log, monitor, address: here } = this.#parts
    if (log.members === undefined || request.headers[askedHeader] !== undefined) return { answers: [], silent: 0 }
    const members = await this.#known().catch(() => undefined)
    if (members === undefined) return { answers: [], silent: 1 }
    const others = members.filter(
      ({ address, partitions: { events = [] } }) =>
        (here === undefined || address !== here) &&
        events.some((partition) => !monitor.live.worksOn('events', partition)),
    )
    const found = await Promise.allSettled(
      others.map(async ({ address }) => {
        if (address === undefined) throw new Error('it does not say where it answers')
        const { status, body } = await this.#fetch(sameAt(address, path), request, patienceMs)
        if (status !== 200) throw new Error(`it answers ${status}`)
        return body
      }),
    )
    const answers = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    return { answers, silent: found.length - answers.length }
  }

  #known(): Promise<readonly Member[]> {
    const { log, config } = this.#parts
    if (this.#asking === undefined && performance.now() - this.#asked >= freshMs) {
      this.#members = log.members?.(config.kafka.group) ?? Promise.resolve([])
      this.#asking = this.#members
        .then(
          () => {
            this.#asked = performance.now()
          },
          () => {},
        )
        .finally(() => {
          this.#asking = undefined
        })
    }
    const late = pause(patienceMs, undefined, { ref: false }).then((): never => {
      throw new Error(`it does not answer within ${patienceMs} ms`)
    })
    return Promise.race([this.#members, late])
  }

  async #fetch(url: URL, request: FastifyRequest, withinMs: number): Promise<Answer> {
    const { authorization } = request.headers
    const response = await fetch(url, {
      headers: { accept: 'application/json', [askedHeader]: '1', ...(authorization && { authorization }) },
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
    })
    const text = await response.text()
    if (text.length > largestAnswer) throw new Error(`its answer has ${text.length} characters`)
    return { status: response.status, body: JSON.parse(text) }
  }
}

/** The same path at another place. Only the path is the caller’s: the token goes where the group says. */
function sameAt(address: string, path: string): URL {
  const there = new URL(address)
  const { pathname, search } = new URL(path, 'http://here.invalid')
  there.pathname = `${there.pathname.replace(/\/$/, '')}${pathname}`
  there.search = search
  return there
}

const onItsWay = 'It is on its way to another, or here and not restored yet.'
const elsewhere = (why: string) =>
  refusal('API_ELSEWHERE', `This instance does not work on it. ${why}`, { retry: 'later' })

/** Whether only another instance knows, and gave no answer. */
export const isElsewhere = (error: unknown): boolean => error instanceof RescindError && error.code === 'API_ELSEWHERE'
