import { minutes } from '../../detect/units.ts'
import type { Context, Store } from '../../flow/topology.ts'
import type { Command, CommandState, CommandUpdate } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import { authorityOf, ownAuthority } from '../../model/keys.ts'
import type { PointOutcome, PointState } from '../../model/point-state.ts'
import type { Brakes } from '../../policy/brake.ts'
import { emptyDigest, ended, hexDigest, inForce, type TableDigest, toggle } from '../../policy/command-table.ts'
import { rank } from '../../policy/ladder.ts'
import { stateOf, withPoint } from '../../policy/points.ts'
import type { Ruling, Streams } from '../streams.ts'
import { agentsOf } from './agents.ts'

/** A command on its way, until it has ended. */
export interface Entry {
  command: Command
  state: CommandState
  /** When it came to the present state, ms. */
  since: number
  /** When it was given out, ms; 0 before. */
  issued: number
  /** How far it has come at each point. Bounded. */
  points: Readonly<Record<string, HeldPoint>>
  /** Its silent points have raised their alarm. */
  alarmed: boolean
}

/** A point’s state, and what only the table asks. */
export interface HeldPoint extends PointState {
  /** What a point that is gone had said: it counts again when it comes back. */
  was?: PointOutcome
  /** What it refused or failed has raised its alarm. */
  alarmed?: true
}

/** The command table of one tenant: one order, one sequence, one digest. */
export interface Table {
  seq: number
  /** By the command’s id. They may be many, so each is kept by itself. */
  entries: Record<string, Entry>
  /** How many there are. */
  held: number
  digest: TableDigest
  brakes: Brakes
  /** Named points that follow the commands of the tenant, with when each was last said to be here, ms. Bounded. */
  present: Record<string, number>
}

export const tableStore: Store<Table> = {
  name: 'table',
  init: () => ({ seq: 0, entries: {}, held: 0, digest: emptyDigest(), brakes: {}, present: {} }),
  parts: 'entries',
  // They are said to be here again within a minute.
  shrink(table) {
    table.present = {}
  },
}
/** Most commands in force per tenant: beyond it the brake holds. */
export const maxEntries = 20_000

/** Ids come from outside: only what the table itself holds is an entry, not `constructor`. */
export const entryOf = (table: Table, command: string | undefined): Entry | undefined =>
  command !== undefined && Object.hasOwn(table.entries, command) ? table.entries[command] : undefined

/**
 * Takes a command in, which nobody has answered yet: the one way into the table. Undefined where it is there already, for
 * nothing is issued twice.
 */
export function enter(command: Command, table: Table, now: number): Entry | undefined {
  if (entryOf(table, command.id) !== undefined) return undefined
  const entry: Entry = { command, state: 'proposed', since: now, issued: 0, points: {}, alarmed: false }
  table.entries[command.id] = entry
  table.held++
  agentsOf(table).add(entry)
  return entry
}

/** What is held of one agent, by id: entries came back from the changelog in another order than they were made in. */
export const heldOf = (agent: string, table: Table): Entry[] =>
  agentsOf(table)
    .of(agent)
    .sort((a, b) => (a.command.id < b.command.id ? -1 : 1))

/** A point that was not said to be here for so long is not: what told of it may have ended without a word, ms. */
const presentMs = minutes(10)

export const isPresent = (table: Table, point: string, now: number): boolean =>
  Object.hasOwn(table.present, point) && (table.present[point] ?? 0) + presentMs > now

/**
 * Gives the command out: it is to hold at the points that served its agent and follow the commands now. Its life counts from
 * here, whatever the time of the act that caused it.
 */
export function issueNow(
  entry: Entry,
  table: Table,
  context: Context<Streams, Table>,
  extra: Partial<CommandUpdate>,
): void {
  const awaits = (entry.command.points ?? []).filter((point) => isPresent(table, point, context.now))
  entry.issued = context.now
  for (const point of awaits)
    entry.points = withPoint(entry.points, point, { outcome: 'awaited', time: context.now, expected: true })
  move(entry, 'issued', context.now, table, context, { ...extra, ...(awaits.length === 0 ? {} : { awaits }) })
}

/** Takes what is known of a point now; the command’s state follows from that of all its points. */
export function settlePoint(
  entry: Entry,
  point: string,
  state: HeldPoint,
  table: Table,
  context: Context<Streams, Table>,
): void {
  const before = entry.points
  entry.points = withPoint(before, point, state)
  if (entry.points === before) return
  const { outcome, time, why } = state
  const extra = { point, outcome, ...(why === undefined ? {} : { why }) }
  move(entry, stateOf(entry.points), time, table, context, extra)
}

export function move(
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
    id: digest('update', entry.command.id, state, ...causeOf(time, extra)),
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
    agentsOf(table).delete(entry)
  }
  context.touch(entry.command.id)
}

/** A point may say one thing, another and the first again. */
const causeOf = (time: number, { point, outcome, by }: Partial<CommandUpdate>): (string | number)[] =>
  outcome === undefined ? [point ?? '', by ?? ''] : [point ?? '', outcome, time]

export function rule(command: Command, verb: Ruling['verb'], time: number, context: Context<Streams, Table>): void {
  context.emit('rulings', { time, tenant: command.tenant, agent: command.agent, command: command.id, verb })
  tellAuthority(command, time, verb !== 'applied', context)
}

function tellAuthority(command: Command, time: number, released: boolean, context: Context<Streams, Table>): void {
  if (rank(command.rung) < rank('revoke')) return
  const subjects = (command.credentials ?? []).map(authorityOf)
  if (command.target.agent !== undefined) subjects.push(ownAuthority(command.target.agent))
  for (const credential of subjects)
    context.emit('revocations', {
      time,
      tenant: command.tenant,
      agent: command.agent,
      credential,
      command: command.id,
      notIssuedAfter: command.notIssuedAfter,
      ...(command.automatic && command.publisher !== undefined ? { publisher: command.publisher } : {}),
      released,
    })
}
