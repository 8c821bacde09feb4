import type { Command, CommandUpdate } from '../model/command.ts'
import type { Finding } from '../model/finding.ts'
import type { Consumer, Log, LogRecord } from '../ports/log.ts'
import type { Logger } from '../ports/logger.ts'
import type { Metrics } from '../telemetry.ts'
import { bound } from './bound.ts'
import type { CommandTables } from './command-tables.ts'

export interface DecisionsParts {
  log: Log
  /** Started: they know the rung of what was issued before. */
  commandTables: Pick<CommandTables, 'of'>
  metrics: Pick<Metrics, 'findings' | 'detectorFaults' | 'commandUpdates' | 'eventToCommand'>
  logger: Logger
}

const maxTold = 10_000
const maxRungs = 50_000

/**
 * One log line and one count for each finding and each step of a command, from the start on, whichever instance decided it.
 * One per process, whether or not anybody looks.
 */
export class Decisions {
  readonly #parts: DecisionsParts
  /** Findings by id: after a crash or a move of partitions they come again. */
  readonly #told = new Set<string>()
  /** Last step by tenant: steps come again too. */
  readonly #seqs = new Map<string, number>()
  /** Rung by command: updates do not carry it. */
  readonly #rungs = new Map<string, Command['rung']>()
  #consumer: Consumer | undefined

  constructor(parts: DecisionsParts) {
    this.#parts = parts
  }

  /** Resolves when nothing that is decided from then on is missed. */
  async start(): Promise<void> {
    const { log, logger } = this.#parts
    let follows = () => {}
    let fails = (_error: unknown) => {}
    const following = new Promise<void>((resolve, reject) => {
      follows = resolve
      fails = reject
    })
    const consuming = log.consume({
      // Without a group: every process tells of every decision.
      topics: ['findings', 'commands'],
      from: 'latest',
      maxRecords: 1000,
      onAssigned: async () => follows(),
      onBatch: async ({ records }) => {
        for (const record of records) this.#take(record)
      },
      onFailed: (error) => {
        fails(error)
        logger.error({ err: error }, 'decisions cannot be followed in the log; they are no longer logged and counted')
      },
    })
    const [consumer] = await Promise.all([consuming, following])
    this.#consumer = consumer
  }

  async close(): Promise<void> {
    await this.#consumer?.close()
  }

  #take({ topic, value, appended }: LogRecord): void {
    if (value === null) return
    if (topic === 'findings') this.#tellFinding(JSON.parse(value) as Finding)
    else this.#tellUpdate(JSON.parse(value) as CommandUpdate, appended)
  }

  #tellFinding({ detector, mode, tenant, agent, task, bits, because, id, event, fault }: Finding): void {
    if (this.#told.has(id)) return
    this.#told.add(id)
    bound(this.#told, maxTold)
    const { metrics, logger } = this.#parts
    metrics.findings.inc({ detector, mode })
    const about = { finding: id, detector, mode, tenant, agent, task, event, bits, because }
    if (fault === true) {
      metrics.detectorFaults.inc({ detector })
      logger.error(about, 'a detector failed')
    } else logger.info(about, 'finding')
  }

  #tellUpdate(update: CommandUpdate, appended: number): void {
    const { metrics, logger, commandTables } = this.#parts
    const { command, tenant, state, point, outcome, why, by, seq, issue } = update
    if (seq <= (this.#seqs.get(tenant) ?? 0)) return
    this.#seqs.set(tenant, seq)
    const first = issue !== undefined && !this.#rungs.has(command)
    if (issue !== undefined) this.#rungs.set(command, issue.rung)
    bound(this.#rungs, maxRungs)
    const standing = commandTables.of(tenant).table.commands.get(command)
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
