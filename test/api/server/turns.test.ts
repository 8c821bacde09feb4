import { expect, test } from 'vitest'
import { Turns } from '../../../src/api/server/turns.ts'
import { until } from '../../support/until.ts'

const stays = () => new AbortController().signal
const options = { atOnce: 2, ofOne: 1, waiting: 3 }

test('callers take turns, and one with many questions keeps nobody else', async () => {
  const turns = new Turns({ ...options, atOnce: 1 })
  const order: string[] = []
  const ask = async (caller: string) => {
    const end = await turns.take(caller, stays())
    order.push(caller)
    end?.()
  }
  await Promise.all(['a', 'a', 'a', 'b', 'c'].map(ask))
  expect(order).toEqual(['a', 'b', 'c', 'a', 'a'])
})

test('no more run than may, of one caller and of all', async () => {
  const turns = new Turns(options)
  const ends: [string, () => void][] = []
  for (const caller of ['a', 'a', 'b', 'c']) turns.take(caller, stays())?.then((end) => ends.push([caller, end]))
  const running = () => ends.map(([caller]) => caller)
  await until('two run', () => ends.length === 2 || undefined)
  expect(running()).toEqual(['a', 'b'])
  // However often it is said, it ends once.
  ends[0]?.[1]()
  ends[0]?.[1]()
  await until('the next runs', () => ends.length === 3 || undefined)
  expect(running()).toEqual(['a', 'b', 'c'])
  ends[1]?.[1]()
  await until('the last runs', () => ends.length === 4 || undefined)
  expect(running()).toEqual(['a', 'b', 'c', 'a'])
})

test('who has too many that wait is refused, and who hangs up makes room', async () => {
  const turns = new Turns(options)
  const first = turns.take('a', stays())
  await first
  const hangsUp = new AbortController()
  for (const gone of [stays(), stays(), hangsUp.signal]) expect(turns.take('a', gone)).toBeDefined()
  expect(turns.take('a', stays())).toBeUndefined()
  expect(turns.take('b', stays())).toBeDefined()
  hangsUp.abort()
  expect(turns.take('a', stays())).toBeDefined()
})
