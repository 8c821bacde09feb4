import { expect, test } from 'vitest'
import type { Command } from '../../../src/model/command.ts'
import { ordered } from '../../../src/policy/order.ts'
import { enter, entryOf, heldOf, type Table, tableStore } from '../../../src/stages/tenant/table.ts'
import { policyOf } from '../../support/drive.ts'

const policy = policyOf()
const command = (agent: string, n: number): Command => {
  const order = { rung: 'tighten', until: 2 } as const
  const made = ordered(
    { id: `${agent}-${n}`, tenant: 'default', time: 1, by: 'ann', reason: 'x', agent, order },
    policy,
  )
  if (typeof made === 'string') throw new Error(made)
  return made
}
const ids = (agent: string, table: Table) => heldOf(agent, table).map((entry) => entry.command.id)
const scanned = (agent: string, table: Table) =>
  Object.values(table.entries)
    .filter((entry) => entry.command.agent === agent)
    .map((entry) => entry.command.id)
    .sort()

test('what is held of an agent is found without looking at the others, also in a table that came back in another order', () => {
  const table = tableStore.init()
  for (let n = 0; n < 6; n++) for (const agent of ['a', 'b', 'constructor']) enter(command(agent, n), table, 1)
  const back = JSON.parse(JSON.stringify(table)) as Table
  back.entries = Object.fromEntries(Object.entries(back.entries).reverse())
  for (const each of [table, back])
    for (const agent of ['a', 'b', 'constructor', 'unknown']) expect(ids(agent, each)).toEqual(scanned(agent, each))
  enter(command('a', 6), back, 1)
  expect(ids('a', back)).toHaveLength(7)
  expect(ids('a', table)).toHaveLength(6)
})

test('a command comes into the table once', () => {
  const table = tableStore.init()
  const entry = enter(command('a', 0), table, 1)
  expect(entry).toBe(entryOf(table, command('a', 0).id))
  expect(enter(command('a', 0), table, 1)).toBeUndefined()
  expect(table.held).toBe(1)
  expect(ids('a', table)).toHaveLength(1)
})
