import { expect, test } from 'vitest'
import {
  hash32,
  hours,
  human,
  isAct,
  isActing,
  minutes,
  recentAdd,
  recentPrune,
  seconds,
} from '../../src/detect/index.ts'
import { event } from '../support/events.ts'

test('an act is counted once: its attempt, or its outcome when no attempt was reported', () => {
  expect(isAct(event({ kind: 'attempt' }))).toBe(true)
  expect(isAct(event({ kind: 'outcome' }))).toBe(true)
  expect(isAct(event({ kind: 'outcome', attempted: true }))).toBe(false)
  expect(isAct(event({ kind: 'task-end' }))).toBe(false)
})

test('acting changes the world; an unknown class counts as acting', () => {
  expect(isActing(event({ action: 'export' }))).toBe(true)
  expect(isActing(event({ action: 'read' }))).toBe(false)
  const { action: _, ...unknown } = event()
  expect(isActing(unknown)).toBe(true)
})

test('a recent list is bounded and forgets what is old', () => {
  const list: (string | number)[] = []
  for (let i = 0; i < 5; i++) recentAdd(list, `e${i}`, i * 10, 3)
  expect(list).toEqual(['e2', 20, 'e3', 30, 'e4', 40])
  recentPrune(list, 30)
  expect(list).toEqual(['e3', 30, 'e4', 40])
  recentPrune(list, 100)
  expect(list).toEqual([])
})

test('hashes are small, never negative, and far apart for near names', () => {
  const hashes = Array.from({ length: 20_000 }, (_, i) => hash32(`tool.${i}`))
  expect(hashes.every((h) => h >= 0 && h < 2 ** 30)).toBe(true)
  // 20,000 of 2^30: about 0.2 pairs are expected to meet.
  expect(new Set(hashes).size).toBeGreaterThanOrEqual(19_998)
  expect(hash32('')).toBe(hash32(''))
})

test('spans read well', () => {
  expect([5, seconds(1.5), minutes(10), hours(3), hours(72)].map(human)).toEqual([
    '5 ms',
    '1.5 s',
    '10 min',
    '3 h',
    '3 days',
  ])
})
