import { readFileSync } from 'node:fs'
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
