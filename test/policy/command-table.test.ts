import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CommandTable, emptyDigest, hexDigest, toggle } from '../../src/policy/command-table.ts'
import { Driven } from '../support/drive.ts'
import { event } from '../support/events.ts'

/** Every way to push a tenant’s table about, in any order. */
const step = fc.oneof(
  fc.record({ do: fc.constant('theft' as const), n: fc.nat(5) }),
  fc.record({
    do: fc.constantFrom('delivered' as const, 'applied' as const, 'refused' as const, 'failed' as const),
    n: fc.nat(5),
    point: fc.constantFrom('p1', 'p2'),
  }),
  fc.record({
    do: fc.constantFrom('approve' as const, 'deny' as const, 'release' as const, 'brake-release' as const),
    n: fc.nat(5),
  }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.nat(12) }),
)

function driven(steps: readonly unknown[]): Driven {
  const drive = new Driven({ brake: { perTenant: 2 } })
  let now = 1_800_000_000_000
  for (const each of steps as readonly { do: string; n: number; point?: string; hours?: number }[]) {
    now += 1000
    const command = drive.commands[each.n % Math.max(1, drive.commands.length)]?.id ?? 'none'
    if (each.do === 'theft') {
      const stolen = { credential: { id: `c-${each.n}` }, task: { id: `t-${now}` } }
      drive.events(
        event({ ...stolen, id: `a${now}`, time: now, agent: { id: `a-${each.n}` }, source: { network: 'eu' } }),
        event({ ...stolen, id: `b${now}`, time: now, agent: { id: `b-${each.n}` }, source: { network: 'us' } }),
      )
    } else if (each.do === 'wait') {
      now += (each.hours ?? 0) * 3_600_000
      drive.tick(now)
    } else if (each.do === 'approve' || each.do === 'deny' || each.do === 'release' || each.do === 'brake-release')
      drive.review(each.do, now, command)
    else drive.receipt(command, each.do as 'applied', now, each.point)
  }
  return drive
}

test('a reader of the updates holds the same table as the source, after every update', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { updates } = driven(steps)
      const table = new CommandTable()
      for (const [i, update] of updates.entries()) {
        expect(update.seq).toBe(i + 1)
        expect(table.apply(update)).toBe(true)
        expect(table.digest).toBe(update.digest)
        // Old news changes nothing.
        expect(table.apply(update)).toBe(true)
        const words = emptyDigest()
        for (const command of table.inForce()) toggle(words, command.id)
        expect(hexDigest(words)).toBe(update.digest)
      }
    }),
    { numRuns: 60, seed: 5 },
  )
})

test('a reader that missed an update notices, and a snapshot mends it', () => {
  const { updates } = driven([0, 1, 2].map((n) => ({ do: 'theft', n })))
  const [first, second, third] = updates
  if (first === undefined || second === undefined || third === undefined) throw new Error('too few updates')
  const source = new CommandTable()
  for (const update of [first, second, third]) source.apply(update)
  const reader = new CommandTable()
  reader.apply(first)
  expect(reader.apply(third)).toBe(false)
  expect(reader.reset(source.seq, source.digest, [...source.commands.values()])).toBe(true)
  expect([...reader.inForce()].map((c) => c.id)).toEqual([...source.inForce()].map((c) => c.id))
  expect(reader.reset(9, 'wrong', [])).toBe(false)
})
