import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { PointDirectory } from '../../../src/guard/link/point-directory.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const reserved = (directory: PointDirectory) =>
  (JSON.parse(readFileSync(join(directory.path, 'sequence.json'), 'utf8')) as { next: number }).next

test('numbers are reserved on disk ahead of their use, and never given twice', async () => {
  const root = temporaryDirectory()
  const directory = PointDirectory.open(root, 'p')
  expect(reserved(directory)).toBe(1000)
  for (let i = 0; i < 600; i++) directory.nextSeq()
  await turn()
  expect(reserved(directory)).toBeGreaterThan(1400)
  for (let i = 600; i < 5000; i++) expect(directory.nextSeq()).toBe(i)
  expect(reserved(directory)).toBeGreaterThanOrEqual(5000)
  directory.close()
  const next = PointDirectory.open(root, 'p')
  expect(next.nextSeq()).toBe(5000)
  next.close()
})

test('numbers that the disk does not take are not reserved; it is told once, calls go on, and they are kept when it can be', async () => {
  const root = temporaryDirectory()
  const troubles: string[] = []
  const directory = PointDirectory.open(root, 'p', (message) => troubles.push(message))
  rmSync(directory.path, { recursive: true })
  for (let i = 0; i < 1620; i++) {
    expect(directory.nextSeq()).toBe(i)
    if (i % 100 === 0) await turn()
  }
  expect(troubles).toEqual([expect.stringContaining('numbers of events are not kept')])
  mkdirSync(directory.path)
  for (let i = 1620; i < 2100; i++) directory.nextSeq()
  expect(reserved(directory)).toBeGreaterThanOrEqual(2100)
  directory.close()
  expect(troubles).toHaveLength(1)
})

test('a spool that cannot be written is an error that names it, and no crowd of guards', () => {
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, '')
  const open = (root: string) => () => PointDirectory.open(root, 'p')
  expect(open(join(file, 'x'))).toThrow(
    expect.objectContaining({ code: 'CONFIG_FILE_UNREADABLE', message: expect.stringContaining(join(file, 'x')) }),
  )
  const spoilt = temporaryDirectory()
  // A lock that cannot be made, whoever runs this: its folder leads in a circle.
  symlinkSync(join(spoilt, 'p'), join(spoilt, 'p'))
  expect(open(spoilt)).toThrow(/^spool \(--spool\): .* cannot be written: E/)
})

test('a second guard of the point has a directory of its own, and the lock of one that died is taken over', () => {
  const root = temporaryDirectory()
  const first = PointDirectory.open(root, 'p')
  const second = PointDirectory.open(root, 'p')
  expect([first.point, second.point]).toEqual(['p', 'p-2'])
  first.close()
  second.close()
  writeFileSync(join(root, 'p', 'lock'), '')
  const third = PointDirectory.open(root, 'p')
  expect(third.point).toBe('p')
  third.close()
})
