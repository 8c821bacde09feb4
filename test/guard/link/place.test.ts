import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Place } from '../../../src/guard/link/place.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const reserved = (place: Place) =>
  (JSON.parse(readFileSync(join(place.directory, 'sequence.json'), 'utf8')) as { next: number }).next

test('numbers are reserved on disk ahead of their use, and never given twice', async () => {
  const root = temporaryDirectory()
  const place = Place.open(root, 'p')
  expect(reserved(place)).toBe(1000)
  for (let i = 0; i < 600; i++) place.nextSeq()
  await turn()
  expect(reserved(place)).toBeGreaterThan(1400)
  for (let i = 600; i < 5000; i++) expect(place.nextSeq()).toBe(i)
  expect(reserved(place)).toBeGreaterThanOrEqual(5000)
  place.close()
  const next = Place.open(root, 'p')
  expect(next.nextSeq()).toBe(5000)
  next.close()
})

test('numbers that the disk does not take are not reserved; it is told once, calls go on, and they are kept when it can be', async () => {
  const root = temporaryDirectory()
  const troubles: string[] = []
  const place = Place.open(root, 'p', (message) => troubles.push(message))
  rmSync(place.directory, { recursive: true })
  for (let i = 0; i < 1620; i++) {
    expect(place.nextSeq()).toBe(i)
    if (i % 100 === 0) await turn()
  }
  expect(troubles).toEqual([expect.stringContaining('numbers of events are not kept')])
  mkdirSync(place.directory)
  for (let i = 1620; i < 2100; i++) place.nextSeq()
  expect(reserved(place)).toBeGreaterThanOrEqual(2100)
  place.close()
  expect(troubles).toHaveLength(1)
})

test('a spool that cannot be written is an error that names it, and no crowd of guards', () => {
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, '')
  const open = (root: string) => () => Place.open(root, 'p')
  expect(open(join(file, 'x'))).toThrow(
    expect.objectContaining({ code: 'CONFIG_FILE_UNREADABLE', message: expect.stringContaining(join(file, 'x')) }),
  )
  const spoilt = temporaryDirectory()
  // A lock that cannot be made, whoever runs this: its folder leads in a circle.
  symlinkSync(join(spoilt, 'p'), join(spoilt, 'p'))
  expect(open(spoilt)).toThrow(/^spool \(--spool\): .* cannot be written: E/)
})

test('a second guard of the point has a place of its own, and the lock of one that died is taken over', () => {
  const root = temporaryDirectory()
  const first = Place.open(root, 'p')
  const second = Place.open(root, 'p')
  expect([first.point, second.point]).toEqual(['p', 'p-2'])
  first.close()
  second.close()
  writeFileSync(join(root, 'p', 'lock'), '')
  const third = Place.open(root, 'p')
  expect(third.point).toBe('p')
  third.close()
})
