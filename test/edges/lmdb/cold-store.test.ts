import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openColdStore } from '../../../src/edges/lmdb/cold-store.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

type Step = { put: string } | { take: string } | { forget: true } | { settle: true }
const key = fc.constantFrom('a', 'b', 'schlüssel', `long${'k'.repeat(3000)}`)
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ put: key }), weight: 4 },
  { arbitrary: fc.record({ take: key }), weight: 4 },
  { arbitrary: fc.constant<Step>({ forget: true }), weight: 1 },
  { arbitrary: fc.constant<Step>({ settle: true }), weight: 2 },
)

test('it behaves like a map, whether what was written is on disk yet or not', async () => {
  const store = openColdStore(temporaryDirectory())
  let n = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const model = new Map<string, string>()
      store.forget(7)
      store.put('other', 8, 'stays')
      for (const each of steps) {
        if ('put' in each) {
          // A key is put once until it is taken: it is either in memory or here.
          if (model.has(each.put)) continue
          model.set(each.put, `${n}`)
          store.put(each.put, 7, `${n++}`)
        } else if ('take' in each) {
          expect(store.take(each.take, 7)).toBe(model.get(each.take))
          model.delete(each.take)
        } else if ('forget' in each) {
          model.clear()
          store.forget(7)
        } else await new Promise((resolve) => setImmediate(resolve))
        expect(store.keys).toBe(model.size + 1)
      }
      expect(store.take('other', 8)).toBe('stays')
      for (const [name, value] of model) expect(store.take(name, 7)).toBe(value)
    }),
    { numRuns: 300 },
  )
  await store.close()
})

test('nothing of an earlier process is there', async () => {
  const directory = temporaryDirectory()
  const before = openColdStore(directory)
  before.put('a', 0, '1')
  await before.close()
  const after = openColdStore(directory)
  expect(after.take('a', 0)).toBeUndefined()
  await after.close()
})
