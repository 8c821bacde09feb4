import { expect, it } from 'vitest'
import { Tellings } from '../../../../src/guard/provenance/request/tellings.ts'

it('takes a request once, whoever tells it, and anew when it is said again', () => {
  const tellings = new Tellings(8)
  expect(tellings.isNew('a', 'one')).toBe(true)
  expect(tellings.isNew('a', 'two')).toBe(false)
  expect(tellings.isNew('a', 'one')).toBe(false)
  expect(tellings.isNew('b', 'one')).toBe(true)
  expect(tellings.isNew('a', 'one')).toBe(true)
  // The other one is late.
  expect(tellings.isNew('b', 'two')).toBe(false)
  expect(tellings.isNew('a', 'two')).toBe(false)
})

it('forgets the oldest', () => {
  const tellings = new Tellings(2)
  for (const each of ['a', 'b', 'c']) expect(tellings.isNew(each, 'one')).toBe(true)
  expect(tellings.isNew('a', 'two')).toBe(true)
})
