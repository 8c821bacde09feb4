import { type Static, Type } from 'typebox'
import type { Finding } from '../../model/finding.ts'
import type { Review } from '../../model/receipt.ts'
import type { Consumer, LogRecord } from '../../ports/log.ts'
import { bound } from '../../runtime/bound.ts'
import type { ApiParts } from '../server/context.ts'
import { tailOf } from './log-tail.ts'

const maxFindings = 10_000
const maxJudged = 10_000
const maxReviewed = 2000
/** Reviews kept of one command. */
const maxAboutOne = 20

/** What a person said of a finding, or that they denied what a command asked for. */
export const Judgement = Type.Object({
  verb: Type.Union([Type.Literal('right'), Type.Literal('wrong'), Type.Literal('deny')]),
  by: Type.String(),
  reason: Type.String(),
  time: Type.Integer(),
})
type Judgement = Static<typeof Judgement>

/**
 * The latest findings and reviews, for those who look. Follows the topics from their end, with what was there before it read
 * back up to the bound. One per process.
 */
export class Recent {
  readonly #parts: ApiParts
  /** By tenant and id, oldest first. */
  readonly #findings = new Map<string, Map<string, Finding>>()
  #held = 0
  /** By tenant and finding or command, the last word. */
  readonly #judged = new Map<string, Judgement>()
  /** What people said of commands of late, in order, by tenant and command. */
  readonly #reviewed = new Map<string, Review[]>()
  #consumer: Consumer | undefined

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  /** Resolves when what was there is read. */
  async start(): Promise<void> {
    const { log, logger } = this.#parts
    let settle: { resolve(): void; reject(error: unknown): void } | undefined
    const backfilled = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject }
    })
    this.#consumer = await log.consume({
      // Without a group: every process needs every record.
      topics: ['findings', 'reviews'],
      from: 'latest',
      maxRecords: 1000,
      onAssigned: async (positions) => {
        for (const { topic, partition, offset } of positions) {
          for await (const record of tailOf(log, topic, partition, maxFindings, offset)) this.#take(record)
        }
        settle?.resolve()
      },
      onBatch: async ({ records }) => {
        for (const record of records) this.#take(record)
      },
      onFailed: (error) => {
        settle?.reject(error)
        logger.error({ err: error }, 'the API cannot follow the log')
      },
    })
    await backfilled
  }

  async close(): Promise<void> {
    await this.#consumer?.close()
  }

  finding(tenant: string, id: string): Finding | undefined {
    return this.#findings.get(tenant)?.get(id)
  }

  /** Who ordered, approved, denied or released a command of late, the earliest first. */
  reviewsOf(tenant: string, command: string): readonly Review[] {
    return this.#reviewed.get(`${tenant}/${command}`) ?? []
  }

  /** What somebody said of a finding or command. */
  judgement(tenant: string, id: string): Judgement | undefined {
    return this.#judged.get(`${tenant}/${id}`)
  }

  /** What people said of these findings or commands, by id. */
  judgements(tenant: string, of: readonly { id: string }[]): Record<string, Judgement> {
    const found: [string, Judgement][] = []
    for (const { id } of of) {
      const judged = this.judgement(tenant, id)
      if (judged !== undefined) found.push([id, judged])
    }
    return Object.fromEntries(found)
  }

  /** Newest first. */
  *findings(tenant: string): Generator<Finding> {
    const all = [...(this.#findings.get(tenant)?.values() ?? [])]
    for (let i = all.length - 1; i >= 0; i--) yield all[i] as Finding
  }

  #take(record: LogRecord): void {
    if (record.topic === 'reviews') this.#judge(record)
    else this.#keep(record)
  }

  #keep({ value }: LogRecord): void {
    if (value === null) return
    const finding = JSON.parse(value) as Finding
    const own = this.#findings.get(finding.tenant) ?? new Map<string, Finding>()
    this.#findings.set(finding.tenant, own)
    if (!own.has(finding.id)) this.#held++
    own.set(finding.id, finding)
    if (this.#held > maxFindings) this.#makeRoom()
  }

  /** The tenant with the most lets its oldest go: nobody’s findings push out another’s. */
  #makeRoom(): void {
    let most = new Map<string, Finding>()
    for (const own of this.#findings.values()) if (own.size > most.size) most = own
    bound(most, most.size - 1)
    this.#held--
  }

  #judge({ value }: LogRecord): void {
    if (value === null) return
    const review = JSON.parse(value) as Review
    const { tenant, finding, command, verb, by, reason, time } = review
    if (command !== undefined) this.#keepReview(`${tenant}/${command}`, review)
    const about = finding ?? command
    if (about === undefined || (verb !== 'right' && verb !== 'wrong' && verb !== 'deny')) return
    const key = `${tenant}/${about}`
    this.#judged.delete(key)
    this.#judged.set(key, { verb, by, reason, time })
    bound(this.#judged, maxJudged)
  }

  #keepReview(key: string, review: Review): void {
    const before = (this.#reviewed.get(key) ?? []).filter(({ id }) => id !== review.id)
    this.#reviewed.delete(key)
    this.#reviewed.set(key, [...before, review].slice(-maxAboutOne))
    bound(this.#reviewed, maxReviewed)
  }
}
