import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Packs what would be published and has publint and attw look at that, not at the checkout. */
const folder = mkdtempSync(join(tmpdir(), 'rescind-pack-'))
let failed = false
try {
  // The build is fresh already (npm run check:package), and `prepare` would write to stdout.
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }]
  const tarball = join(folder, filename)
  const stray = files.filter(({ path }) => /^dist\/(bench|tools|test)\//.test(path))
  if (stray.length > 0) {
    process.stderr.write(`not for publishing: ${stray.map(({ path }) => path).join(', ')}\n`)
    failed = true
  }
  // The page is read from beside the code: what the build did not copy would be missed at the first look only.
  const paths = new Set(files.map(({ path }) => path))
  const missing = readdirSync('src/console', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `dist/${entry.parentPath}/${entry.name}`)
    .filter((path) => !paths.has(path))
  if (missing.length > 0) {
    process.stderr.write(`not in the package: ${missing.join(', ')}\n`)
    failed = true
  }
  for (const [tool, args] of [
    ['publint', ['run', tarball, '--strict']],
    ['attw', [tarball, '--profile', 'esm-only']],
  ] as const) {
    const { status } = spawnSync('npx', ['--no-install', tool, ...args], { stdio: 'inherit' })
    if (status !== 0) failed = true
  }
} finally {
  rmSync(folder, { recursive: true })
}
if (failed) process.exitCode = 1
