import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../repo/files.ts'
import { built } from '../support/build.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

const page = readFileSync(join(root, 'docs/extend.md'), 'utf8')
const said = /It ends with `(\{.*\})`/.exec(page)?.[1]

test('docs/extend.md: a detector, a format and a channel from outside do what the page says', () => {
  const home = temporaryDirectory()
  mkdirSync(join(home, 'node_modules'))
  for (const name of ['rescind', 'typebox'])
    symlinkSync(name === 'rescind' ? root : join(root, 'node_modules', name), join(home, 'node_modules', name))
  for (const [, name = '', code = ''] of page.matchAll(/```js\n\/\/ ([\w-]+\.mjs)\n(.*?)```/gs))
    writeFileSync(join(home, name), code)
  const answer = execFileSync(process.execPath, ['run.mjs'], { cwd: home, encoding: 'utf8', timeout: 30_000 })
  expect(JSON.parse(answer)).toEqual(JSON.parse(said ?? ''))
})
