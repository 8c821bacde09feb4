import { expect, it } from 'vitest'
import { DigestSet } from '../../../../src/guard/provenance/digests/digest-set.ts'
import { digestOfWord, seedOf } from '../../../../src/guard/provenance/digests/hash.ts'

const seed = seedOf('k')
const digests = Array.from({ length: 5000 }, (_, i) => digestOfWord(`word ${i}`, seed))

it('holds what was added, once, and nothing else', () => {
  const set = new DigestSet([...digests.slice(0, 2500), ...digests.slice(0, 100)])
  expect(set.size).toBe(2500)
  expect(digests.filter((each) => set.has(each))).toEqual(digests.slice(0, 2500))
  expect([...set].sort((a, b) => a - b)).toEqual(digests.slice(0, 2500).sort((a, b) => a - b))
  expect(new DigestSet([0]).has(0)).toBe(true)
  expect(new DigestSet().has(0)).toBe(false)
})
