import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { defineDetector } from '../../src/detect/define.ts'
import { checkStakes, withStakes } from '../../src/detect/stakes.ts'
import { looked } from '../../src/model/verdict.ts'
import { unsaid } from '../support/detector.ts'
import { Driven } from '../support/drive.ts'

const named = (id: string, rule: boolean) =>
  defineDetector({
    ...unsaid,
    id,
    key: 'agent',
    rule,
    title: id,
    state: () => null,
    step: () => looked,
  })
const list = [named('rule', true), named('first', false), named('second', false)]

test('each statistical detector of a list has the stake that the list gives it, a rule none', () => {
  const staked = withStakes(list, { first: 0.25, second: 0.5 })
  expect(staked.map(({ id, stake }) => [id, stake])).toEqual([
    ['rule', 0],
    ['first', 0.25],
    ['second', 0.5],
  ])
  expect(staked.every(Object.isFrozen)).toBe(true)
})

test.each<[string, Record<string, number>, string]>([
  ['together bet everything', { first: 0.5, second: 0.5 }, 'less than 1, and make 1: first 0.5, second 0.5'],
  ['are not all there', { first: 0.5 }, 'second: a statistical detector needs a stake'],
  ['are below nothing', { first: 0.5, second: -0.1 }, 'second: a statistical detector needs a stake'],
  ['are no number', { first: 0.5, second: Number.NaN }, 'second: a statistical detector needs a stake'],
  ['are given to a rule', { first: 0.5, second: 0.1, rule: 0.1 }, 'a stake for rule, which is no statistical'],
  ['are given to nobody', { first: 0.5, second: 0.1, third: 0.1 }, 'a stake for third, which is no statistical'],
])('stakes that %s are refused', (_what, stakes, message) => {
  expect(() => withStakes(list, stakes)).toThrow(message)
})

test('those beside the shipped ones are counted with them when the flow is made', () => {
  const beside = (stake: number) => [...detectors, ...withStakes([named('greedy', false)], { greedy: stake })]
  expect(() => new Driven({}, beside(0.3))).not.toThrow()
  expect(() => new Driven({}, beside(0.5))).toThrow('the stakes must add up to less than 1')
  expect(() => new Driven({}, [...detectors, named('idle', false)])).toThrow(
    'idle: a statistical detector needs a stake',
  )
  expect(() => checkStakes(detectors)).not.toThrow()
})
