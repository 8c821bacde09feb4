import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../repo/files.ts'
import { built } from '../support/build.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

const consumer = `
import { compose, createLogger, createMetrics, loadConfig, RescindError } from 'rescind'
import { createGuard } from 'rescind/guard'
import { defineDetector } from 'rescind/detect'

const config = loadConfig({ overrides: { data: './data', http: { port: 0 }, history: { enabled: false } } })
const monitor = await compose(config, createLogger('silent'), createMetrics({ processMetrics: false }))
const guard = await createGuard({ point: 'p', agent: 'a' })
const decision = guard.before({ tool: 'crm.search', args: {} })
await guard.close()
let code
try {
  await compose(config, createLogger('silent'), createMetrics({ processMetrics: false }))
} catch (error) {
  code = error instanceof RescindError ? error.code : String(error)
}
const { ready } = await (await fetch(monitor.url + '/readyz')).json()
await monitor.close()
console.log(JSON.stringify({ ready, fresh: monitor.fresh, decision: decision.outcome, second: code, kit: typeof defineDetector }))
`

test('a script of someone else’s imports the monitor, runs it, and ends by itself', () => {
  const home = temporaryDirectory()
  mkdirSync(join(home, 'node_modules'))
  symlinkSync(root, join(home, 'node_modules/rescind'))
  writeFileSync(join(home, 'consumer.mjs'), consumer)
  const said = execFileSync(process.execPath, ['consumer.mjs'], { cwd: home, encoding: 'utf8', timeout: 20_000 })
  expect(JSON.parse(said)).toEqual({
    ready: true,
    fresh: true,
    decision: 'allow',
    second: 'LOG_LOCKED',
    kit: 'function',
  })
})
