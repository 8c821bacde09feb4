import { writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { built } from '../support/build.ts'
import { rescind } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

const directory = temporaryDirectory()
const file = join(directory, 'file')
writeFileSync(file, '')
const typo = join(directory, 'scope.yaml')
writeFileSync(typo, 'action: [read]\n')
const odd = join(directory, 'knowledge.json')
writeFileSync(odd, '{"acts":"many"}')

/** What stands on the command line → what is said of it. Exit status 2: the words of the command line are wrong. */
const wrong: [given: string[], code: 1 | 2, said: string][] = [
  [['--scope', typo], 1, `${typo}: action: is not known. Did you mean actions?`],
  [['--knowledge', odd], 1, `${odd}: acts: must be number; found "many"`],
  [['--spool', join(file, 'x')], 1, `--spool: ${join(file, 'x')} cannot be written: ENOTDIR`],
  [['--timings', join(file, 'x')], 1, `--timings: ${join(file, 'x')} cannot be written: ENOTDIR`],
  [['--pins', join(file, 'x')], 1, `--pins: ${join(file, 'x')} cannot be written: ENOTDIR`],
  [['--approvals', join(file, 'x')], 1, `--approvals: ${file} cannot be written: EEXIST`],
  [['--approvals', directory], 1, `--approvals: ${directory} cannot be written: it is a folder`],
  [['--root', join(directory, 'nowhere')], 1, `--root: there is no folder ${join(directory, 'nowhere')}`],
  [['--url', 'http://127.0.0.1:9/mcp'], 1, `Give --url or a server to start (${process.execPath}), not both`],
  [['--tools', join(directory, 'none')], 1, `--tools: ${join(directory, 'none')} cannot be read: ENOENT`],
  [['--policy', join(directory, 'none')], 1, '--policy: '],
  [['--stale-after', '29'], 2, 'Give 30 or more, and more where http.beatMs is.'],
  [['--listen', '99999'], 2, 'It must be a whole number from 0 to 65535.'],
  [['--agent', ''], 2, 'It must be a name of 1 to 512 letters.'],
]

test('what cannot be used is said at the start, with the option that mends it', async () => {
  const own = ['--spool', join(directory, 'spool'), '--memory', join(directory, 'memory'), '--pins', directory]
  // Two at a time: each is a process.
  for (let i = 0; i < wrong.length; i += 2)
    await Promise.all(
      wrong.slice(i, i + 2).map(async ([given, code, said]) => {
        const server = ['--', process.execPath, '-e', '']
        const ended = await rescind(['guard', '--monitor', 'none', ...own, ...given, ...server])
        expect(ended.stderr).toContain(said)
        expect(ended.code, ended.stderr).toBe(code)
        expect(ended.stderr).not.toContain('    at ')
        expect(ended.stderr).not.toContain('BUG_STATE')
      }),
    )
}, 60_000)

test('a handle is no id of a monitor’s', async () => {
  const { code, stderr } = await rescind(['approve', 'rescind-hold-0123456789abcdef', '--reason', 'x'])
  expect(code).toBe(1)
  expect(stderr).toContain('A monitor knows the command: give its id')
})

test('an answer has a reason; what was typed is told without what steers a terminal', async () => {
  for (const verb of ['approve', 'deny', 'release']) {
    const { code, stderr } = await rescind([verb, 'x\u001b[31m', '--approvals', file, '--reason', ' '])
    expect([code, stderr.includes('--reason: say why')]).toEqual([1, true])
  }
  const { stderr } = await rescind(['deny', 'x\u001b[31m', '--approvals', file, '--reason', 'so'])
  expect(stderr).toContain('"x·[31m" is no handle')
  const listed = await rescind(['digest', 'Eve <Eve@evil.example>', 'eve@evil.example', '--json'])
  const [beside, bare] = (JSON.parse(listed.stdout) as { digests: { digest: string }[] }).digests
  expect(beside?.digest).toBe(bare?.digest)
  expect((await rescind(['digest', ''])).code).toBe(1)
})

test('who approves is the user of this machine, whatever the environment says', async () => {
  const approvals = join(directory, 'approvals')
  const id = '0123456789abcdef0123456789abcdef'
  writeFileSync(`${approvals}.held`, `+ ${Date.now() + 60_000} ${id}\n`)
  const given = ['approve', id, '--approvals', approvals, '--reason', 'x', '--json']
  const { stdout } = await rescind(given, { env: { USER: '' } })
  expect(JSON.parse(stdout).line).toBe(`${id} by ${userInfo().username} because x`)
})
