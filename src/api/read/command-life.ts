import { type Static, Type } from 'typebox'
import { Command, CommandState, type CommandUpdate } from '../../model/command.ts'
import { PointOutcome, PointState, PointStates } from '../../model/point-state.ts'
import { Receipt } from '../../model/receipt.ts'
import { advance, type Life, stateWords, wordsOf } from '../../policy/life.ts'
import { inOrder, outcomeWords } from '../../policy/points.ts'
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
  words: Type.String({ description: 'What came with it: the state, or what the point said.' }),
})

/** What is shown to people, in the same words everywhere. */
export const InWords = {
  words: Type.String({ description: 'The state in words.' }),
  answers: Type.String({ description: 'What the points said, in words; empty where none is known.' }),
}

/** A command and how far it has come: a life of src/policy/life.ts, and the same in words. */
export const CommandRow = Type.Object({
  command: Command,
  state: CommandState,
  since: Type.Integer({ description: 'When it came to this state, ms.' }),
  points: PointStates,
  ...InWords,
})
export type CommandRow = Static<typeof CommandRow>

export const rowOf = ({ command, state, since, points }: Omit<Life, 'seq'>): CommandRow => {
  const life = { command, state, since, points }
  return { ...life, ...wordsOf(life) }
}

export const CommandLife = Type.Object({
  ...CommandRow.properties,
  byPoint: Type.Array(Type.Object({ point: Type.String(), ...PointState.properties, words: Type.String() }), {
    description: 'The points in words, those that are against it first.',
  }),
  steps: Type.Array(Step, { description: 'Oldest first.' }),
  receipts: Type.Array(Receipt, { description: 'From history, where there is one.' }),
})
export type CommandLife = Static<typeof CommandLife>

const stepOf = (
  command: Command,
  { state, time, seq, point, outcome, why, by }: CommandUpdate,
): Static<typeof Step> => ({
  words: outcome === undefined ? stateWords({ command, state }) : outcome === 'awaited' ? 'waited for' : outcome,
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
  const { lives, recent } = parts.monitor.commandTables.of(tenant)
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
      if (updates.size === 0 && !lives.has(id)) throw error
      return [[], []] as const
    })
    for (const update of asked[0]) if (!updates.has(update.seq)) updates.set(update.seq, update)
    receipts = asked[1]
  }
  const steps = [...updates.values()].sort((a, b) => a.seq - b.seq)
  // Memory is ahead of history.
  const life = lives.get(id) ?? steps.reduce<Life | undefined>(advance, undefined)
  if (life === undefined) return undefined
  return {
    ...rowOf(life),
    byPoint: inOrder(life.points).map(([point, each]) => ({ point, ...each, words: outcomeWords[each.outcome] })),
    steps: steps.map((step) => stepOf(life.command, step)),
    receipts: [...receipts],
  }
}
