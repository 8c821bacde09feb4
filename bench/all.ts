/** `npm run bench`: every benchmark that needs no data from elsewhere, one after another; each ends with its line of JSON. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const failed: string[] = []
for (const name of ['core', 'embedded', 'guard', 'deny']) {
  process.stderr.write(`\n== bench:${name}\n`)
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', '--max-old-space-size=8192', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  if (status === 0) process.stdout.write(`{"bench":"${name}",${line.slice(1)}\n`)
  else failed.push(name)
}
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(', ')}\n`)
  process.exitCode = 1
}
