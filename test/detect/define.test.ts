import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { defineDetector, optionsOf } from '../../src/detect/define.ts'
import { laneKeys } from '../../src/model/keys.ts'
import { type Looked, looked } from '../../src/model/verdict.ts'

const spec = {
  id: 'some-thing',
  version: 1,
  key: 'agent',
  rule: false,
  title: 'Some thing',
  why: 'Because.',
  needs: [],
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

test('the id must be kebab-case', () => {
  expect(() => defineDetector({ ...spec, id: 'SomeThing' })).toThrow('the id must be kebab-case')
})

test.each(laneKeys)('by %s a detector must be a rule: it cannot pay for its silence there', (key) => {
  expect(defineDetector({ ...spec, key, rule: true }).stake).toBe(0)
  // @ts-expect-error it is refused by its type, and at start where nothing checks types
  expect(() => defineDetector({ ...spec, key, rule: false })).toThrow(`keyed by ${key} must be a rule`)
})

test('options are the defaults, overridden by what is given; a wrong one fails at start', () => {
  expect(optionsOf(spec, undefined)).toEqual({ bits: 4, name: 'x' })
  expect(optionsOf(spec, { bits: 9 })).toEqual({ bits: 9, name: 'x' })
  expect(() => optionsOf(spec, { bits: 'many' })).toThrow()
})
