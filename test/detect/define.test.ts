import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { defineDetector, optionsOf } from '../../src/detect/define.ts'
import { type Looked, looked } from '../../src/model/verdict.ts'

const spec = {
  id: 'some-thing',
  version: 1,
  key: 'agent',
  rule: false,
  stake: 0.1,
  title: 'Some thing',
  why: 'Because.',
  blindSpots: ['Most.'],
  falseAlarms: ['Some.'],
  labels: ['ASI01'],
  options: Type.Object({ bits: Type.Number({ default: 4 }), name: Type.String({ default: 'x' }) }),
  state: () => null,
  step: (): Looked => looked,
} as const

test('a detector is frozen', () => {
  expect(Object.isFrozen(defineDetector(spec))).toBe(true)
})

test.each([
  ['the id must be kebab-case', { id: 'SomeThing' }],
  ['a rule has stake 0', { rule: true }],
  ['a rule has stake 0', { stake: 0 }],
  ['the stake must be in [0, 1)', { stake: 1 }],
])('%s', (message, wrong) => {
  expect(() => defineDetector({ ...spec, ...wrong })).toThrow(message)
})

test('options are the defaults, overridden by what is given; a wrong one fails at start', () => {
  expect(optionsOf(spec, undefined)).toEqual({ bits: 4, name: 'x' })
  expect(optionsOf(spec, { bits: 9 })).toEqual({ bits: 9, name: 'x' })
  expect(() => optionsOf(spec, { bits: 'many' })).toThrow()
})
