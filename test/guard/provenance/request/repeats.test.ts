import { expect, it } from 'vitest'
import { RequestRepeats } from '../../../../src/guard/provenance/request/repeats.ts'

it('takes a request once, whoever tells it, and anew when it is said again', () => {
  const repeats = new RequestRepeats(8)
  expect(repeats.isNew('a', 'one')).toBe(true)
  expect(repeats.isNew('a', 'two')).toBe(false)
  expect(repeats.isNew('a', 'one')).toBe(false)
  expect(repeats.isNew('b', 'one')).toBe(true)
  expect(repeats.isNew('a', 'one')).toBe(true)
  // The other one is late.
  expect(repeats.isNew('b', 'two')).toBe(false)
  expect(repeats.isNew('a', 'two')).toBe(false)
})

it('forgets the oldest', () => {
  const repeats = new RequestRepeats(2)
  for (const each of ['a', 'b', 'c']) expect(repeats.isNew(each, 'one')).toBe(true)
  expect(repeats.isNew('a', 'two')).toBe(true)
})
