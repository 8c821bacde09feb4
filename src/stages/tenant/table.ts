import type { Context } from '../../flow/topology.ts'
import type { Command, CommandState, CommandUpdate } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import { type Brake, emptyBrake } from '../../policy/brake.ts'
import { emptyDigest, ended, hexDigest, inForce, type TableDigest, toggle } from '../../policy/command-table.ts'
import { rank } from '../../policy/ladder.ts'
import type { Ruling, Streams } from '../streams.ts'

/** A command on its way, until it has ended. */
export interface Entry {
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

export const tableStore = {
  name: 'table',
  init: (): Table => ({ seq: 0, entries: {}, held: 0, digest: emptyDigest(), brake: emptyBrake() }),
  parts: 'entries' as const,
}
/** Most commands in force per tenant: beyond it the brake holds. */
export const maxEntries = 20_000

/** Ids come from outside: only what the table itself holds is an entry, not `constructor`. */
export const entryOf = (table: Table, command: string | undefined): Entry | undefined =>
  command !== undefined && Object.hasOwn(table.entries, command) ? table.entries[command] : undefined

/** A command that nobody has answered yet. */
export const newEntry = (command: Command, since: number): Entry => ({
  command,
  state: 'proposed',
  since,
  applied: [],
  heard: [],
  alarmed: false,
})

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

export function rule(command: Command, verb: Ruling['verb'], time: number, context: Context<Streams, Table>): void {
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
