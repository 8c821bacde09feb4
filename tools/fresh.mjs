/**
 * Builds dist when a source is newer than the last build, so that nothing stale is ever run; `--force` always builds.
 * Plain JavaScript, for it runs before there is a build. All it says goes to stderr: stdout belongs to what follows.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'dist/.built')

const filesOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const folders = ['src', 'detectors', 'bench', 'tools']
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name))
const sources = [...folders.flatMap(filesOf), ...settings]
const modified = (path) => statSync(path).mtimeMs
const isStale = () => !existsSync(stamp) || sources.some((path) => modified(path) > modified(stamp))

if (process.argv.includes('--force') || isStale()) {
  // As of now: a source that is saved while the compiler runs makes the build stale again.
  const began = new Date()
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    process.stderr.write('The build failed; nothing is run on an old one.\n')
    process.exit(1)
  }
  // What the compiler did not write has no source any more.
  for (const path of filesOf('dist')) if (modified(path) < began.getTime() - 1000) rmSync(path)
  for (const path of filesOf('src').filter((name) => !name.endsWith('.ts'))) {
    const target = join(root, 'dist', path.slice(root.length))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(path, target)
  }
  writeFileSync(stamp, '')
  utimesSync(stamp, began, began)
}
link()

/** So that the clone’s own command stands beside those of its packages; `npm ci` takes it away. */
function link() {
  const bin = join(root, 'node_modules/.bin/rescind')
  if (process.platform === 'win32' || !existsSync(dirname(bin))) return
  chmodSync(join(root, 'dist/src/cli/main.js'), 0o755)
  if (existsSync(bin)) return
  rmSync(bin, { force: true })
  symlinkSync('../../dist/src/cli/main.js', bin)
}
