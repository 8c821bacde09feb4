import type { Context, Stage } from '../../flow/topology.ts'
import type { Command, CommandState, CommandUpdate } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import type { Finding } from '../../model/finding.ts'
import type { Receipt, Review } from '../../model/receipt.ts'
import { type Brake, counts, emptyBrake, take } from '../../policy/brake.ts'
import { emptyDigest, ended, hexDigest, inForce, type TableDigest, toggle } from '../../policy/command-table.ts'
import { interrupts, rank } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { maxWidened, type WideningAnswer, widenedOf, widening } from '../../policy/widen.ts'
import type { Ruling, Streams } from '../streams.ts'

/** A command on its way, until it has ended. */
interface Entry {
  command: Command
  state: CommandState
  /** Event time of the present state, ms. */
  since: number
  /** Points that said `applied`. */
  applied: string[]
  /** Other answers, as `outcome point`. */
  heard: string[]
  alarmed: boolean
}

/** Most answers remembered of each sort. */
const maxAnswers = 256

/** The command table of one tenant: one order, one sequence, one digest. */
export interface Table {
  seq: number
  /** By the command’s id. They may be many, so each is kept by itself. */
  entries: Record<string, Entry>
  /** How many there are. */
  held: number
  digest: TableDigest
  brake: Brake
}

type Names = 'proposals' | 'receipts' | 'reviews'
const store = {
  name: 'table',
  init: (): Table => ({ seq: 0, entries: {}, held: 0, digest: emptyDigest(), brake: emptyBrake() }),
  parts: 'entries' as const,
}
const to = ['commands', 'rulings', 'revocations', 'findings', 'receipt-log', 'review-log'] as const
/** Most commands in force per tenant: beyond it the brake holds. */
const maxEntries = 20_000

/** Ids come from outside: only what the table itself holds is an entry, not `constructor`. */
const entryOf = (table: Table, command: string | undefined): Entry | undefined =>
  command !== undefined && Object.hasOwn(table.entries, command) ? table.entries[command] : undefined

function move(
  entry: Entry,
  state: CommandState,
  time: number,
  table: Table,
  context: Context<Streams, Table>,
  extra: Partial<CommandUpdate> = {},
): void {
  const before = inForce(entry.command, entry.state)
  entry.state = state
  entry.since = time
  if (before !== inForce(entry.command, entry.state)) toggle(table.digest, entry.command.id)
  table.seq++
  context.emit('commands', {
    id: digest('update', entry.command.id, state, extra.point ?? '', extra.by ?? ''),
    tenant: entry.command.tenant,
    seq: table.seq,
    digest: hexDigest(table.digest),
    command: entry.command.id,
    state,
    time,
    ...extra,
  })
  if (ended(state)) {
    delete table.entries[entry.command.id]
    table.held--
  }
  context.touch(entry.command.id)
}

/** Issues what was proposed, unless the brake says to ask a person first. Nothing is issued twice. */
export function issue(fallback: StampedPolicy): Stage<Streams, 'proposals', Table> {
  return {
    name: 'issue',
    from: 'proposals',
    to,
    store,
    run(command, context) {
      const table = context.state
      if (table.entries[command.id] !== undefined) return
      const { policy } = context.shared('policy', 'current') ?? fallback
      const entry: Entry = { command, state: 'proposed', since: command.time, applied: [], heard: [], alarmed: false }
      table.entries[command.id] = entry
      table.held++
      if (command.mode !== 'enforce' || !interrupts(command.rung)) {
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: command.mode === 'enforce' ? command.rung : 'would have',
        })
        return
      }
      const full = table.held > maxEntries
      if (command.automatic && counts(command.rung) && (full || !take(table.brake, command.time, policy)))
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: 'the brake is on: a person must approve',
        })
      else move(entry, 'issued', command.time, table, context, { issue: command })
      // An event that came late does not make its command late.
      entry.since = Math.max(command.time, context.now)
    },
    tick(context) {
      const { policy } = context.shared('policy', 'current') ?? fallback
      const isExpired = (entry: Entry) => entry.command.expires <= context.now
      const isLate = (entry: Entry) =>
        !entry.alarmed && isUnapplied(entry) && entry.since + policy.unanswered <= context.now
      const due = Object.values(context.state.entries).filter((entry) => isExpired(entry) || isLate(entry))
      // They came back from the changelog in another order than they were made in.
      due.sort((a, b) => (a.command.id < b.command.id ? -1 : 1))
      for (const entry of due) {
        if (isExpired(entry)) {
          move(entry, 'expired', context.now, context.state, context)
          rule(entry.command, 'expired', context.now, context)
        } else {
          entry.alarmed = true
          context.touch(entry.command.id)
          context.emit('findings', unanswered(entry.command, context.now))
        }
      }
    },
  }
}

/** Must be held to, and no point has said that it does: delivered, refused or failed is not applied. */
const isUnapplied = (entry: Entry): boolean => entry.applied.length === 0 && inForce(entry.command, entry.state)

const alarm = { id: 'unanswered-command', version: 1 }

function unanswered(command: Command, now: number): Finding {
  return {
    id: digest(alarm.id, alarm.version, command.id),
    time: now,
    tenant: command.tenant,
    agent: command.agent,
    ...(command.principal === undefined ? {} : { principal: command.principal }),
    detector: alarm.id,
    version: alarm.version,
    key: 'command',
    subject: command.id,
    rule: true,
    bits: 0,
    because: `no enforcement point has applied ${command.widens === undefined ? command.rung : 'the widened approval'} since it was issued`,
    evidence: command.evidence.map((e) => e.event),
    event: command.evidence.at(-1)?.event ?? '',
    act: {},
    mode: command.mode,
    labels: [],
  }
}

function rule(command: Command, verb: Ruling['verb'], time: number, context: Context<Streams, Table>): void {
  context.emit('rulings', { time, tenant: command.tenant, agent: command.agent, command: command.id, verb })
  tellAuthority(command, time, verb !== 'applied', context)
}

function tellAuthority(command: Command, time: number, released: boolean, context: Context<Streams, Table>): void {
  if (rank(command.rung) < rank('revoke')) return
  const keys = [...(command.credentials ?? [])]
  if (command.target.agent !== undefined) keys.push(`agent:${command.target.agent}`)
  for (const credential of keys)
    context.emit('revocations', {
      time,
      tenant: command.tenant,
      credential,
      command: command.id,
      notIssuedAfter: command.notIssuedAfter,
      released,
    })
}

/** Takes enforcement points’ answers. “Sent” is never shown as “applied”: each state comes from a receipt of its own. */
export const settle: Stage<Streams, Extract<Names, 'receipts'>, Table> = {
  name: 'settle',
  from: 'receipts',
  to,
  store,
  run(receipt: Receipt, context) {
    context.emit('receipt-log', receipt)
    const table = context.state
    const entry = entryOf(table, receipt.command)
    if (entry === undefined || entry.state === 'proposed') return
    const extra: Partial<CommandUpdate> = {
      point: receipt.point,
      ...(receipt.why === undefined ? {} : { why: receipt.why }),
    }
    if (receipt.outcome === 'applied') {
      if (entry.applied.includes(receipt.point)) return
      if (entry.applied.length < maxAnswers) entry.applied.push(receipt.point)
      const first = entry.applied.length === 1
      move(entry, 'applied', receipt.time, table, context, extra)
      if (first) rule(entry.command, 'applied', receipt.time, context)
    } else if (entry.state !== 'applied') {
      // The same answer again is the same record.
      const answer = `${receipt.outcome} ${receipt.point}`
      if (entry.heard.includes(answer)) return
      if (entry.heard.length < maxAnswers) entry.heard.push(answer)
      move(entry, receipt.outcome, receipt.time, table, context, extra)
    }
  },
}

/** Takes people’s answers: approve what the brake held, release what stands, let further acts go, let the brake go. */
export const review = (fallback: StampedPolicy): Stage<Streams, Extract<Names, 'reviews'>, Table> => ({
  name: 'review',
  from: 'reviews',
  to,
  store,
  run(answer: Review, context) {
    context.emit('review-log', answer)
    const table = context.state
    if (answer.verb === 'brake-release') {
      table.brake = emptyBrake()
      return
    }
    const entry = entryOf(table, answer.command)
    if (entry === undefined) return
    const extra = { by: answer.by, why: answer.reason }
    const waits = entry.state === 'proposed' && interrupts(entry.command.rung)
    if (answer.verb === 'approve' && waits) {
      entry.command = { ...entry.command, automatic: false, mode: 'enforce' }
      move(entry, 'issued', answer.time, table, context, { ...extra, issue: entry.command })
    } else if (
      answer.verb === 'release' ||
      (answer.verb === 'approve' && entry.command.rung === 'step-up') ||
      (answer.verb === 'deny' && waits)
    ) {
      // Approving a step-up lets its act go ahead: the restriction is lifted. Denying one leaves it standing.
      const verb = answer.verb === 'approve' ? 'approved' : 'released'
      move(entry, 'released', answer.time, table, context, { ...extra, verb })
      rule(entry.command, verb, answer.time, context)
      if (answer.widen !== undefined && answer.verb !== 'deny')
        widen(
          entry.command,
          { ...answer, widen: answer.widen },
          context.shared('policy', 'current') ?? fallback,
          context,
        )
    }
  },
})

/** Orders the points to let further acts go. What cannot be widened the API has refused already. */
function widen(held: Command, answer: WideningAnswer, policy: StampedPolicy, context: Context<Streams, Table>): void {
  const table = context.state
  const command = widening(held, answer, policy)
  if (typeof command === 'string' || isFull(table, command.agent)) return
  const widened = widenedOf(command)
  if (widened === undefined) return
  const { time, by, reason } = answer
  const entry: Entry = { command, state: 'proposed', since: time, applied: [], heard: [], alarmed: false }
  table.entries[command.id] = entry
  table.held++
  move(entry, 'issued', time, table, context, { issue: command, by, why: reason })
  entry.since = Math.max(time, context.now)
  const ruling: Ruling = { time, tenant: command.tenant, agent: command.agent, command: command.id, verb: 'widened' }
  context.emit('rulings', { ...ruling, widened })
}

const isFull = (table: Table, agent: string): boolean =>
  table.held >= maxEntries ||
  Object.values(table.entries).filter(({ command }) => command.widens !== undefined && command.agent === agent)
    .length >= maxWidened
