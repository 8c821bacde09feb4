import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Check } from '../../../../src/guard/core/types.ts'
import { HeldList, heldIn, heldPath } from '../../../../src/guard/mcp/person/held-list.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'

const held = (command: string, handle: string | undefined, until: number): Check =>
  ({
    command: { id: command, expires: until },
    ...(handle === undefined ? {} : { held: { handle, until } }),
  }) as Check

test('what guards hold that share a file stands in it until it ends, or its guard does', () => {
  const approvals = join(temporaryDirectory(), 'approvals')
  const path = heldPath(approvals)
  expect(heldIn(path, 0)).toBeUndefined()
  const [one, two] = [1, 2].map(
    () =>
      new HeldList(
        approvals,
        () => {},
        () => 0,
      ),
  ) as [HeldList, HeldList]
  expect(heldIn(path, 0)).toEqual(new Map())
  one.add(held('c1', 'h1', 100))
  one.add(held('c1', 'h1', 100))
  one.add({} as Check)
  two.add(held('c2', undefined, 200))
  expect(readFileSync(path, 'utf8')).toBe('+ 100 c1 h1\n+ 200 c2\n')
  expect(heldIn(path, 0)).toEqual(
    new Map([
      ['c1', 100],
      ['h1', 100],
      ['c2', 200],
    ]),
  )
  expect(heldIn(path, 100)).toEqual(new Map([['c2', 200]]))
  one.close()
  expect(heldIn(path, 0)).toEqual(new Map([['c2', 200]]))
})

test('the list does not grow for ever', () => {
  const approvals = join(temporaryDirectory(), 'approvals')
  const path = heldPath(approvals)
  appendFileSync(path, '+ 5 old\n'.repeat(10_000))
  appendFileSync(path, '+ 50 other\n')
  let now = 10
  const list = new HeldList(
    approvals,
    () => {},
    () => now,
  )
  expect(readFileSync(path, 'utf8')).toBe('+ 50 other\n')
  for (let i = 0; i < 999; i++) list.add(held(`c${i}`, undefined, 60))
  now = 60
  list.add(held('last', undefined, 100))
  expect(readFileSync(path, 'utf8')).toBe('+ 100 last\n')
})

test('a list that cannot be written is told', () => {
  const directory = temporaryDirectory()
  expect(() => new HeldList(join(directory, 'nowhere', 'approvals'), () => {})).toThrow('ENOENT')
})
