/**
 * What the tests need beside Node, looked for on this machine: `node tools/needs.mjs [--install] [--json]`. Plain JavaScript and
 * no packages: it runs before `npm ci`. Ends with 1 when something is missing.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** `version`: the first number of what the program prints; `why`: whose tests. */
const needs = [
  { program: 'git', packages: ['git'], why: 'the repository’s own tests' },
  { program: 'java', least: 17, ask: ['-version'], packages: ['openjdk-17-jre-headless'], why: 'a real Kafka' },
  { program: 'mvn', packages: ['maven'], why: 'fetches Kafka once, 44 MB' },
  { program: 'openssl', least: 3, ask: ['version'], packages: ['openssl'], why: 'certificates of a Kafka with TLS' },
  { program: 'chromium', packages: ['chromium'], why: 'the console in a browser' },
]
const leastNode = [20, 19]

/** The program’s path, by PATH alone. */
function find(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {}
  }
  return undefined
}

function look({ program, least, ask, packages, why }) {
  const path = program === 'chromium' && process.env.RESCIND_CHROMIUM ? process.env.RESCIND_CHROMIUM : find(program)
  if (path === undefined) return { program, ok: false, says: 'is missing', packages, why }
  if (least === undefined) return { program, ok: true, says: path, packages, why }
  const { stdout, stderr, error } = spawnSync(path, ask, { encoding: 'utf8', timeout: 30_000 })
  const version = error === undefined ? /\d+(\.\d+)*/.exec(`${stdout}${stderr}`)?.[0] : undefined
  // Java 8 calls itself 1.8.
  const [major = 0] = (version ?? '0').replace(/^1\./, '').split('.').map(Number)
  const ok = major >= least
  return {
    program,
    ok,
    says: ok ? `${version}, ${path}` : `is ${version ?? 'of no known version'}; ${least} or newer is needed`,
    packages,
    why,
  }
}

function lookAtNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  const says = ok ? process.versions.node : `is ${process.versions.node}; ${leastNode.join('.')} or newer is needed`
  // Debian’s own may be older: no package is named.
  return { program: 'node', ok, says, packages: [], why: 'everything' }
}

const report = () => [lookAtNode(), ...needs.map(look)]
const commandFor = (found) => {
  const packages = [...new Set(found.filter(({ ok }) => !ok).flatMap((each) => each.packages))]
  return packages.length === 0 ? undefined : `apt-get install --yes --no-install-recommends ${packages.join(' ')}`
}

const asked = process.argv.slice(2)
const unknown = asked.find((each) => each !== '--install' && each !== '--json')
if (unknown !== undefined) {
  process.stderr.write(`${unknown} is not known; there are --install and --json.\n`)
  process.exit(2)
}
const json = asked.includes('--json')
let found = report()
let install = commandFor(found)
const isRoot = process.getuid?.() === 0
if (asked.includes('--install') && install !== undefined && isRoot && find('apt-get') !== undefined) {
  // What apt says goes to standard error: with --json one line stands on standard output.
  const run = (line) =>
    spawnSync('sh', ['-c', `${line} 1>&2`], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  if (run('apt-get update').status === 0) run(install)
  found = report()
  install = commandFor(found)
}
const ok = found.every((each) => each.ok)
const paint = (code, text) =>
  process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[39m` : text
if (json)
  process.stdout.write(`${JSON.stringify({ ok, needs: found, ...(install === undefined ? {} : { install }) })}\n`)
else {
  for (const { program, ok: has, says, why } of found)
    process.stdout.write(
      `${has ? paint(32, '✓') : paint(31, '✗')} ${program.padEnd(9)} ${says}${has ? '' : ` (${why})`}\n`,
    )
  if (install !== undefined)
    process.stdout.write(
      `\n${isRoot ? 'Install what is missing' : 'As root, install what is missing'}:\n  ${isRoot ? '' : 'sudo '}sh -c 'apt-get update && ${install}'\n`,
    )
  else if (ok) process.stdout.write('\nNothing is missing; the embedded history comes with npm ci.\n')
}
process.exitCode = ok ? 0 : 1
