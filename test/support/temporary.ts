import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []
afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** A directory of the test’s own, removed when its file is done. */
export function temporaryDirectory(name = 'rescind'): string {
  const path = mkdtempSync(join(tmpdir(), `${name}-`))
  made.push(path)
  return path
}
