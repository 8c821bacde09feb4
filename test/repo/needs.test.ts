import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary.ts'

const tool = fileURLToPath(new URL('../../tools/needs.mjs', import.meta.url))

/** A machine that has these programs and no others; each prints what it is given. */
function machine(programs: Readonly<Record<string, string>>): string {
  const folder = temporaryDirectory()
  for (const [name, says] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}' >&2\n`)
    chmodSync(join(folder, name), 0o755)
  }
  return folder
}
const ask = (path: string, ...args: string[]) => {
  const { stdout, status } = spawnSync(process.execPath, [tool, ...args], { encoding: 'utf8', env: { PATH: path } })
  return { stdout, status }
}
const all = { git: '', java: 'openjdk version "17.0.12"', mvn: '', openssl: 'OpenSSL 3.0.15', chromium: '' }

test('a machine that has all', () => {
  const { stdout, status } = ask(machine(all), '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    needs: expect.arrayContaining([expect.objectContaining({ program: 'java', ok: true })]),
  })
  expect(JSON.parse(stdout)).not.toHaveProperty('install')
  expect(status).toBe(0)
})

test('a bare one: each thing by its name, and one line that installs them', () => {
  const { stdout, status } = ask(machine({}))
  expect(stdout).toContain('✗ java      is missing (a real Kafka)')
  expect(stdout).toMatch(/apt-get install .*git openjdk-17-jre-headless maven openssl chromium'$/m)
  // No colours where nobody looks.
  expect(stdout).not.toContain('\u001b')
  expect(status).toBe(1)
})

test('a version that is too old is missing, and only that is installed', () => {
  const { stdout, status } = ask(machine({ ...all, java: 'openjdk version "1.8.0_292"' }), '--json', '--install')
  const { ok, needs, install } = JSON.parse(stdout) as {
    ok: boolean
    needs: { program: string; ok: boolean; says: string }[]
    install: string
  }
  expect(ok).toBe(false)
  expect(needs.filter((each) => !each.ok)).toMatchObject([{ program: 'java', says: 'is 1.8.0; 17 or newer is needed' }])
  // There is no apt-get on this machine: nothing was run.
  expect(install).toBe('apt-get install --yes --no-install-recommends openjdk-17-jre-headless')
  expect(status).toBe(1)
})

test('README says how', () => {
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain('node tools/needs.mjs --install')
})
