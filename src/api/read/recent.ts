import { type Static, Type } from 'typebox'
import type { Command, CommandUpdate } from '../../model/command.ts'
import type { Finding } from '../../model/finding.ts'
import type { Review } from '../../model/receipt.ts'
import type { Consumer, LogRecord } from '../../ports/log.ts'
import type { ApiParts } from '../server/context.ts'
import { bound, tailOf } from './log-tail.ts'

const maxFindings = 10_000
const maxRungs = 50_000
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
 * The latest findings, for those who look, and one log line and one count for each decision as it comes. Follows the
 * topics from their end, with what was there before it read back up to the bound. One per process.
 */
export class Recent {
  readonly #parts: ApiParts
  /** By id, oldest first. */
  readonly #findings = new Map<string, Finding>()
  /** Rung by command: updates do not carry it. */
  readonly #rungs = new Map<string, Command['rung']>()
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
      topics: ['findings', 'commands', 'reviews'],
      from: 'latest',
      maxRecords: 1000,
      onAssigned: async (positions) => {
        for (const { topic, partition, offset } of positions) {
          if (topic === 'commands') continue
          for await (const record of tailOf(log, topic, partition, maxFindings, offset)) {
            if (topic === 'reviews') this.#judge(record)
            else this.#keep(record)
          }
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
    const found = this.#findings.get(id)
    return found?.tenant === tenant ? found : undefined
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
    const all = [...this.#findings.values()]
    for (let i = all.length - 1; i >= 0; i--) {
      const finding = all[i]
      if (finding?.tenant === tenant) yield finding
    }
  }

  #keep({ value }: LogRecord): Finding | undefined {
    if (value === null) return undefined
    const finding = JSON.parse(value) as Finding
    const isNew = !this.#findings.has(finding.id)
    this.#findings.set(finding.id, finding)
    bound(this.#findings, maxFindings)
    return isNew ? finding : undefined
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

  #take(record: LogRecord): void {
    if (record.topic === 'reviews') this.#judge(record)
    else if (record.topic === 'findings') {
      const finding = this.#keep(record)
      if (finding !== undefined) this.#tellFinding(finding)
    } else if (record.value !== null) this.#tellUpdate(JSON.parse(record.value) as CommandUpdate, record.appended)
  }

  #tellFinding({ detector, mode, tenant, agent, task, bits, because, id, event, fault }: Finding): void {
    const { metrics, logger } = this.#parts
    metrics.findings.inc({ detector, mode })
    const about = { finding: id, detector, mode, tenant, agent, task, event, bits, because }
    if (fault === true) {
      metrics.detectorFaults.inc({ detector })
      logger.error(about, 'a detector failed')
    } else logger.info(about, 'finding')
  }

  #tellUpdate(update: CommandUpdate, appended: number): void {
    const { metrics, logger, monitor } = this.#parts
    const { command, tenant, state, point, outcome, why, by, seq, issue } = update
    const first = issue !== undefined && !this.#rungs.has(command)
    if (issue !== undefined) this.#rungs.set(command, issue.rung)
    bound(this.#rungs, maxRungs)
    const standing = monitor.commandTables.of(tenant).table.commands.get(command)
    const rung = this.#rungs.get(command) ?? standing?.command.rung ?? 'unknown'
    metrics.commandUpdates.inc({ rung, state })
    if (first) metrics.eventToCommand.observe(Math.max(0, appended - issue.time) / 1000)
    const about =
      issue === undefined
        ? {}
        : { agent: issue.agent, target: issue.target, bits: issue.bits, mode: issue.mode, because: issue.because }
    logger.info({ command, tenant, seq, rung, state, point, outcome, why, by, ...about }, `command ${state}`)
  }
}
