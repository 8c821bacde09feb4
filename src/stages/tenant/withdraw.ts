import type { Context } from '../../flow/topology.ts'
import type { Command, CommandUpdate } from '../../model/command.ts'
import { inForce } from '../../policy/command-table.ts'
import { supersedes } from '../../policy/supersede.ts'
import type { Streams } from '../streams.ts'
import { type Entry, heldOf, move, type Table } from './table.ts'

/** Ends the step-ups that ask about nothing any more, now that a higher rung denies what they are about. */
export function withdrawUnder(higher: Command, time: number, context: Context<Streams, Table>): void {
  if (higher.mode !== 'enforce' || higher.restriction.deny === undefined) return
  const moot = heldOf(higher.agent, context.state).filter(
    ({ command, state }) => command.by === undefined && inForce(command, state) && supersedes(higher, command),
  )
  for (const entry of moot) withdraw(entry, higher, time, context)
}

/** What denies already all that a step-up would ask about. */
export const above = (command: Command, table: Table): Command | undefined =>
  command.rung === 'step-up'
    ? heldOf(command.agent, table).find((e) => inForce(e.command, e.state) && supersedes(e.command, command))?.command
    : undefined

/** The agent’s lane needs not be told: it drops what is moot by itself. */
export function withdraw(
  entry: Entry,
  higher: Command,
  time: number,
  context: Context<Streams, Table>,
  extra: Pick<CommandUpdate, 'issue'> = {},
): void {
  move(entry, 'expired', time, context.state, context, { ...extra, why: `superseded by ${higher.rung} ${higher.id}` })
}
