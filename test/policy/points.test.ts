import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PointOutcome, PointState, PointStates } from '../../src/model/point-state.ts'
import { follow, inWords, isNews, maxPoints, pointOf, stateOf, withPoint } from '../../src/policy/points.ts'

/** `outcome`, or `outcome!` where the command is to hold there. */
const at = (text: string, time = 1): PointState => ({
  outcome: text.replace('!', '') as PointOutcome,
  time,
  ...(text.endsWith('!') ? { expected: true as const } : {}),
})
const all = (...texts: string[]): PointStates => Object.fromEntries(texts.map((text, i) => [`p${i}`, at(text)]))

describe('the state of a command is that of its points together', () => {
  test.each([
    [[], 'issued'],
    [['awaited!'], 'issued'],
    [['delivered!', 'awaited!'], 'delivered'],
    [['delivered', 'refused'], 'refused'],
    [['refused', 'failed', 'delivered'], 'failed'],
    [['applied'], 'applied'],
    [['applied!', 'applied'], 'applied'],
    // What it was only sent to unasked says nothing.
    [['applied', 'delivered'], 'applied'],
    [['applied!', 'delivered!'], 'partly-applied'],
    [['applied', 'awaited!'], 'partly-applied'],
    [['applied', 'refused'], 'partly-applied'],
    [['applied!', 'failed!'], 'partly-applied'],
    // What has gone is waited for no longer.
    [['applied', 'gone!'], 'applied'],
    [['gone!', 'gone!'], 'issued'],
    [['gone!', 'delivered!'], 'delivered'],
  ])('%j: %s', (points, state) => {
    expect(stateOf(all(...points))).toBe(state)
  })

  test('whatever the order in which they are known', () => {
    const states = fc.constantFrom('awaited!', 'delivered', 'delivered!', 'applied', 'refused', 'failed!', 'gone!')
    fc.assert(
      fc.property(fc.array(states, { maxLength: 6 }), (texts) => {
        const points = all(...texts)
        expect(stateOf(Object.fromEntries(Object.entries(points).reverse()))).toBe(stateOf(points))
      }),
    )
  })
})

describe('an answer is news', () => {
  test.each([
    [undefined, 'delivered', 1, true],
    ['awaited!', 'delivered', 1, true],
    ['delivered', 'delivered', 2, false],
    ['delivered', 'applied', 0, true],
    ['applied', 'delivered', 2, false],
    ['applied', 'applied', 2, false],
    ['applied', 'refused', 2, true],
    ['refused', 'applied', 2, true],
    // One that came late, or again.
    ['applied', 'refused', 0, false],
    ['refused', 'delivered', 2, false],
    ['gone!', 'applied', 2, true],
  ])('after %s, %s at %i: %s', (known, outcome, time, news) => {
    const state = known === undefined ? undefined : at(known)
    expect(isNews(state, { outcome: outcome as PointOutcome, time })).toBe(news)
  })
})

describe('points are bounded', () => {
  const many = (text: string) =>
    Object.fromEntries(Array.from({ length: maxPoints }, (_, i) => [`p${i}`, at(text, i)])) as PointStates

  test('a refusal takes the place of one of which nothing is asked any more', () => {
    const points = withPoint(many('applied'), 'late', at('refused'))
    expect(Object.keys(points)).toHaveLength(maxPoints)
    expect([pointOf(points, 'late')?.outcome, pointOf(points, 'p0')]).toEqual(['refused', undefined])
  })

  test('an order that is only delivered takes nobody’s', () => {
    const points = many('applied')
    expect(withPoint(points, 'late', at('delivered'))).toBe(points)
    const against = many('refused')
    expect(withPoint(against, 'late', at('refused'))).toBe(against)
  })

  test('one that only applied it takes the place of none that did', () => {
    const points = many('applied')
    expect(withPoint(points, 'late', at('applied'))).toBe(points)
    expect(pointOf(withPoint(many('gone!'), 'late', at('applied')), 'late')?.outcome).toBe('applied')
  })

  test.each(['__proto__', 'constructor'])('one may be called %s', (name) => {
    expect(pointOf({}, name)).toBeUndefined()
    expect(pointOf(withPoint({}, name, at('applied')), name)).toEqual(at('applied'))
    expect(stateOf(withPoint({}, name, at('applied')))).toBe('applied')
  })
})

test('a reader of updates comes to the same points', () => {
  const update = { id: 'u', tenant: 'default', seq: 1, digest: '', command: 'c', state: 'issued', time: 5 } as const
  let points = follow({}, { ...update, awaits: ['a', 'b'] })
  points = follow(points, { ...update, state: 'partly-applied', time: 6, point: 'a', outcome: 'applied' })
  points = follow(points, { ...update, state: 'partly-applied', time: 7, point: 'c', outcome: 'refused', why: 'no' })
  expect(points).toEqual({
    a: { outcome: 'applied', time: 6, expected: true },
    b: { outcome: 'awaited', time: 5, expected: true },
    c: { outcome: 'refused', time: 7, why: 'no' },
  })
  expect(inWords(points)).toBe('applied by 1, refused by c: no, not answered by b')
})
