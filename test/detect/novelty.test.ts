import { describe, expect, test } from 'vitest'
import { escapeProbability, indexOf, learnValue, maxValues, newValueProbability } from '../../src/detect/novelty.ts'
import { emptyProfile, type Profile } from '../../src/model/profile.ts'
import { seeded } from '../support/random.ts'

function profileOf(tasks: readonly (readonly number[])[]): Profile {
  const profile = emptyProfile()
  for (const task of tasks) {
    profile.tasks++
    for (const value of new Set(task)) learnValue(profile, 'tools', value, 1024)
  }
  return profile
}
const repeated = (n: number, ...values: number[]) => profileOf(Array.from({ length: n }, () => values))

describe('escape', () => {
  test('nothing known: anything is new', () => {
    expect(escapeProbability(emptyProfile(), 'tools')).toBe(0.5)
  })

  test('the same few for long: something new is rare, and rarer with time', () => {
    expect(escapeProbability(repeated(10, 1, 2, 3), 'tools')).toBeGreaterThan(0.05)
    expect(escapeProbability(repeated(1000, 1, 2, 3), 'tools')).toBeLessThan(0.001)
  })

  test('always something else: something new is usual', () => {
    const tasks = Array.from({ length: 60 }, (_, i) => [i])
    expect(escapeProbability(profileOf(tasks), 'tools')).toBeGreaterThan(0.9)
  })

  test('it is not below how often something new comes (values by a power law)', () => {
    const random = seeded(11)
    const value = () => Math.floor(random() ** -1.2)
    let promised = 0
    let came = 0
    for (let round = 0; round < 200; round++) {
      const profile = emptyProfile()
      for (let task = 0; task < 60; task++) {
        const v = value()
        promised += escapeProbability(profile, 'tools')
        if (indexOf(profile.tools, v) < 0) came++
        learnValue(profile, 'tools', v, 1024)
      }
    }
    expect(came / promised).toBeLessThan(1.02)
    expect(came / promised).toBeGreaterThan(0.5)
  })
})

describe('back-off', () => {
  const steady = repeated(200, 1, 2, 3)
  const cohort = profileOf(Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? [1, 2, 7] : [1, 2, 3])))
  const fleet = profileOf(Array.from({ length: 4000 }, (_, i) => [1, 2, i % 100 === 0 ? 9 : 3]))
  const probability = (key: number, agent = steady) => newValueProbability('tools', key, agent, cohort, fleet)

  test('known to the cohort is likelier than known to the fleet, than known to nobody', () => {
    const young = repeated(20, 1, 2, 3)
    expect(probability(7, young)).toBeGreaterThan(probability(9, young))
    expect(probability(9, young)).toBeGreaterThan(probability(55, young) * 2)
  })

  test('never likelier than the agent’s own escape once it has a history', () => {
    for (const key of [7, 9, 55]) expect(probability(key)).toBeLessThanOrEqual(escapeProbability(steady, 'tools'))
  })

  test('a new agent that does as its peers do is no surprise', () => {
    expect(newValueProbability('tools', 1, emptyProfile(), cohort, fleet)).toBeGreaterThan(0.9)
    expect(newValueProbability('tools', 55, emptyProfile(), cohort, fleet)).toBeLessThan(0.01)
  })

  test('what is new to everybody is as rare as with the rarest of them, not rarer', () => {
    const least = Math.min(...[steady, cohort, fleet].map((p) => escapeProbability(p, 'tools')))
    expect(probability(55)).toBe(least)
  })

  test('peers with fewer than four tasks say nothing', () => {
    expect(newValueProbability('tools', 9, steady, repeated(3, 9), undefined)).toBe(escapeProbability(steady, 'tools'))
  })
})

test('values are bounded: the rarest goes, and it is said', () => {
  const profile = emptyProfile()
  for (let i = 0; i < maxValues; i++) expect(learnValue(profile, 'tools', i)).toBe(false)
  for (let i = 0; i < maxValues; i++) if (i !== 5) learnValue(profile, 'tools', i)
  expect(learnValue(profile, 'tools', 999)).toBe(true)
  expect(profile.tools).toHaveLength(maxValues)
  expect([indexOf(profile.tools, 5), indexOf(profile.tools, 999)]).toEqual([-1, 5])
})
