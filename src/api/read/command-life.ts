import { type Static, Type } from 'typebox'
import { Command, CommandState, type CommandUpdate } from '../../model/command.ts'
import { PointOutcome, PointStates } from '../../model/point-state.ts'
import { Receipt } from '../../model/receipt.ts'
import { follow } from '../../policy/points.ts'
import type { ApiParts } from '../server/context.ts'

/** One step of a command, without the command. */
export const Step = Type.Object({
  state: CommandState,
  time: Type.Integer(),
  seq: Type.Integer(),
  point: Type.Optional(Type.String()),
  outcome: Type.Optional(PointOutcome),
  why: Type.Optional(Type.String()),
  by: Type.Optional(Type.String()),
})

export const CommandLife = Type.Object({
  command: Command,
  state: CommandState,
  since: Type.Integer({ description: 'When it came to this state, ms.' }),
  points: PointStates,
  steps: Type.Array(Step, { description: 'Oldest first.' }),
  receipts: Type.Array(Receipt, { description: 'From history, where there is one.' }),
})
export type CommandLife = Static<typeof CommandLife>

const stepOf = ({ state, time, seq, point, outcome, why, by }: CommandUpdate): Static<typeof Step> => ({
  state,
  time,
  seq,
  ...(point === undefined ? {} : { point }),
  ...(outcome === undefined ? {} : { outcome }),
  ...(why === undefined ? {} : { why }),
  ...(by === undefined ? {} : { by }),
})

/** A command with all its steps: from memory, and from history what memory no longer holds. */
export async function lifeOf(parts: ApiParts, tenant: string, id: string): Promise<CommandLife | undefined> {
  const { table, points, recent } = parts.monitor.commandTables.of(tenant)
  const updates = new Map<number, CommandUpdate>()
  for (const update of recent) if (update.command === id) updates.set(update.seq, update)
  let receipts: readonly Receipt[] = []
  const history = parts.history?.()
  if (history !== undefined) {
    // History helps where it can: what memory knows is an answer without it.
    const asked = await Promise.all([
      history.query('updates-of-command', { tenant, command: id }),
      history.query('receipts-of-command', { tenant, command: id }),
    ]).catch((error: unknown) => {
      if (updates.size === 0 && !table.commands.has(id)) throw error
      return [[], []] as const
    })
    for (const update of asked[0]) if (!updates.has(update.seq)) updates.set(update.seq, update)
    receipts = asked[1]
  }
  const steps = [...updates.values()].sort((a, b) => a.seq - b.seq)
  const standing = table.commands.get(id)
  const command = standing?.command ?? steps.findLast((step) => step.issue !== undefined)?.issue
  if (command === undefined) return undefined
  const state = steps.at(-1)?.state ?? standing?.state ?? 'proposed'
  const before = steps.findLastIndex((step) => step.state !== state)
  return {
    command,
    state,
    since: steps[before + 1]?.time ?? command.time,
    points: points.get(id) ?? steps.reduce(follow, {}),
    steps: steps.map(stepOf),
    receipts: [...receipts],
  }
}
