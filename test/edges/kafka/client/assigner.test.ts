import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Partitions, share } from '../../../../src/edges/kafka/client/assigner.ts'

const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
const topics = fc.dictionary(fc.constantFrom('events', 'by-trace', 'by-tenant'), fc.integer({ min: 1, max: 14 }))
const all = (counts: Record<string, number>): Partitions =>
  Object.fromEntries(Object.entries(counts).map(([topic, n]) => [topic, Array.from({ length: n }, (_, i) => i)]))
const none = (names: readonly string[]) => new Map<string, Partitions>(names.map((name) => [name, {}]))

test('every partition has one owner, and of no topic does a member have two more than another', () => {
  fc.assert(
    fc.property(members, topics, (names, counts) => {
      const given = share(all(counts), none(names))
      for (const [topic, n] of Object.entries(counts)) {
        const owned = [...given.values()].flatMap((mine) => mine[topic] ?? [])
        expect(owned.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
        const sizes = names.map((name) => given.get(name)?.[topic]?.length ?? 0)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('when nobody comes or goes, nothing moves; when one goes, only what it had does', () => {
  fc.assert(
    fc.property(members, topics, (names, counts) => {
      const before = share(all(counts), none(names))
      expect(share(all(counts), before)).toEqual(before)
      const [gone, ...stay] = names
      if (gone === undefined || stay.length === 0) return
      const after = share(all(counts), new Map(stay.map((name) => [name, before.get(name) ?? {}])))
      for (const name of stay)
        for (const [topic, partitions] of Object.entries(before.get(name) ?? {}))
          for (const partition of partitions) expect(after.get(name)?.[topic]).toContain(partition)
    }),
  )
})

test('a member that comes gets its share, and takes no more than that from the others', () => {
  const before = share(all({ events: 12 }), none(['a', 'b']))
  const after = share(all({ events: 12 }), new Map([...before, ['c', {}]]))
  expect(after.get('c')?.events).toHaveLength(4)
  for (const name of ['a', 'b'])
    expect(after.get(name)?.events?.filter((p) => before.get(name)?.events?.includes(p))).toHaveLength(4)
})
