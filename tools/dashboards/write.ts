/** `npm run dashboards`: writes dashboards and alert rules; test/dashboards asserts that what is committed is what it writes. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generated } from './files.ts'

const root = process.cwd()
const files = generated(root)
for (const name of readdirSync(join(root, 'dashboards')))
  if (name.endsWith('.json') && !files.has(`dashboards/${name}`)) rmSync(join(root, 'dashboards', name))
for (const [path, content] of files) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
process.stdout.write(`${files.size} files written: ${[...files.keys()].join(', ')}\n`)
