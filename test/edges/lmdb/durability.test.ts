import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { Log } from '../../../src/ports/log.ts'
import { collect, fold, readAll } from '../../contract/records.ts'
import { type Child, compileChild, type Line } from './processes.ts'
import { openTemporary } from './temporary.ts'

let temporary: ReturnType<typeof openTemporary>
let child: Child | undefined
const program = compileChild()

const start = (task: string, limitKb?: number) => {
  child = program.start(temporary.directory, task, limitKb)
  return child
}

beforeEach(() => {
  temporary = openTemporary()
})

afterEach(async () => {
  await child?.kill()
  await temporary.dispose()
})

afterAll(() => program.dispose())

test('what was acknowledged survives SIGKILL, and nothing but what was written is there', async () => {
  const acknowledged: Line[] = []
  for (const crash of [1, 2]) {
    const writing = start('append')
    expect(await writing.next()).toMatchObject([{ opened: writing.pid }])
    acknowledged.push(...(await writing.next(200 * crash)), ...(await writing.kill()))
  }
  const log = await temporary.open()
  const records = await readAll(log, 'events')
  const stored = new Map(records.map(({ partition, offset, value }) => [`${partition}@${offset}`, value]))
  expect(acknowledged.length).toBeGreaterThanOrEqual(600)
  for (const { partition, offset, value } of acknowledged) expect(stored.get(`${partition}@${offset}`)).toBe(value)
  for (const partition of [0, 1, 2]) await expectDense(log, partition)
  // A record that was on disk but not yet acknowledged may be there; at most one round of 20 per crash.
  expect(records.length - acknowledged.length).toBeLessThanOrEqual(40)
})

test('outputs, changelog and offsets of a commit survive SIGKILL together or not at all', async () => {
  const writing = start('commit')
  const lines = [...(await writing.next(300)), ...(await writing.kill())]
  const last = Number(lines.at(-1)?.committed)
  const log = await temporary.open()
  const committed = (await log.committed('stage', 'events', 0)) ?? 0
  expect(committed).toBeGreaterThanOrEqual(last + 1)
  expect(committed).toBeLessThanOrEqual(last + 2)
  expect((await readAll(log, 'out')).map(({ value }) => Number(value))).toEqual([...Array(committed).keys()])
  expect(fold(await readAll(log, 'state'))).toEqual({ agent: String(committed - 1) })
})

test('a write that fails is refused, leaves no gap, and the log goes on', async () => {
  const [failure] = (await start('fill', 10_000).until('failed')).slice(-1)
  expect(failure).toMatchObject({ failed: 'LOG_WRITE_FAILED' })
  const written = Number(failure?.written)
  expect(written).toBeGreaterThan(10)
  expect(failure?.range).toEqual({ start: 0, end: written })
  await child?.next(1)
  const log = await temporary.open()
  expect(await collect(log.read('events', 0))).toHaveLength(written)
  expect(await log.append([{ topic: 'events', partition: 0, key: 'a', value: 'after' }])).toMatchObject([
    { offset: written },
  ])
})

test('a second process is refused by name, and a killed holder needs no cleaning up', async () => {
  const holder = start('hold')
  await holder.next()
  await expect(temporary.open()).rejects.toMatchObject({
    code: 'LOG_LOCKED',
    message: expect.stringContaining(temporary.directory),
    data: { directory: temporary.directory, pid: holder.pid },
  })
  await holder.kill()
  const log = await temporary.open()
  expect(log.partitions('events')).toBe(3)
})

test('a process that lost the directory cannot write over the one that has it now', async () => {
  const loser = start('append')
  const before = await loser.next(200)
  // What a file system shared by two machines, or a careless hand, can do.
  rmSync(join(temporary.directory, 'holder.json'))
  const log = await temporary.open()
  const positions = await log.append(
    [0, 1, 2].map((partition) => ({ topic: 'events', partition, key: 'k', value: 'mine' })),
  )
  const after = await loser.until('failed')
  expect(after.at(-1)).toMatchObject({ failed: 'LOG_LOCKED' })
  const stored = new Map(
    (await readAll(log, 'events')).map(({ partition, offset, value }) => [`${partition}@${offset}`, value]),
  )
  for (const { partition, offset } of positions) expect(stored.get(`${partition}@${offset}`)).toBe('mine')
  for (const { partition, offset, value } of [...before, ...after])
    if (value !== undefined) expect(stored.get(`${partition}@${offset}`)).toBe(value)
})

async function expectDense(log: Log, partition: number): Promise<void> {
  const offsets = (await collect(log.read('events', partition))).map(({ offset }) => offset)
  expect(offsets).toEqual([...offsets.keys()])
  expect(await log.range('events', partition)).toEqual({ start: 0, end: offsets.length })
}
