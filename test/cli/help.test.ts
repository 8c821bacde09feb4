import { execFileSync } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../repo/files.ts'
import { built } from '../support/build.ts'

beforeAll(built)

const rescind = (...args: string[]): string => {
  const { RESCIND_DATA: _, ...env } = process.env
  return execFileSync(process.execPath, [`${root}dist/src/cli/main.js`, ...args], {
    encoding: 'utf8',
    env: { ...env, COLUMNS: '100', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** A pin: scripts and people hold on to these. Meant? `npx vitest run test/cli -u`. */
test('the help says which verbs there are', () => {
  expect(rescind('--help')).toMatchSnapshot()
})

test('replay runs stored events through the flow and has the summary as JSON', () => {
  const summary = JSON.parse(rescind('replay', 'test/replay/golden.ndjson', '--json')) as { events: number }
  expect(summary).toMatchObject({ events: 600, rejected: 0 })
})
