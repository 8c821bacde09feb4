import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Spool } from '../../../src/guard/link/spool.ts'
import { Backoff } from '../../../src/guard/net/backoff.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

async function drain(spool: Spool): Promise<string[]> {
  const lines: string[] = []
  for (let next = await spool.oldest(); next !== undefined; next = await spool.oldest()) {
    lines.push(...next.lines)
    await spool.done(next.number)
  }
  return lines
}

test('gives lines back in order, over segments and a restart', async () => {
  const directory = temporaryDirectory()
  const first = new Spool({ directory, segmentBytes: 20 })
  for (let i = 0; i < 10; i++) await first.append([`line ${i} a`, `line ${i} b`])
  await first.close()
  expect(readdirSync(directory).length).toBeGreaterThan(2)
  const second = new Spool({ directory, segmentBytes: 20 })
  expect(second.isEmpty).toBe(false)
  await second.append(['last'])
  expect(await drain(second)).toEqual([
    ...Array.from({ length: 10 }, (_, i) => [`line ${i} a`, `line ${i} b`]).flat(),
    'last',
  ])
  expect(second.isEmpty).toBe(true)
  await second.append(['again'])
  expect(await drain(second)).toEqual(['again'])
})

test('at its cap the oldest go, and are counted', async () => {
  const spool = new Spool({ directory: temporaryDirectory(), capBytes: 100 })
  for (let i = 0; i < 50; i++) await spool.append([`line ${String(i).padStart(3, '0')}`])
  const left = await drain(spool)
  expect(left.at(-1)).toBe('line 049')
  expect(left.length).toBeGreaterThan(0)
  expect(spool.dropped).toBe(50 - left.length)
})

test('a line torn by a crash is left out', async () => {
  const directory = temporaryDirectory()
  const spool = new Spool({ directory })
  await spool.append(['whole'])
  await spool.close()
  appendFileSync(join(directory, '0000000001.ndjson'), '{"half')
  expect(await drain(new Spool({ directory }))).toEqual(['whole'])
})

test('waits double up to the longest, between half and whole', () => {
  const least = new Backoff([100, 1000], () => 0)
  expect([1, 2, 3, 4, 5, 6].map(() => least.next())).toEqual([50, 100, 200, 400, 500, 500])
  least.reset()
  expect(least.next()).toBe(50)
  expect(new Backoff([100, 1000], () => 1).next()).toBe(100)
})
