import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { approvalLine, parseApprovals } from '../../../../src/guard/mcp/person/approval-lines.ts'
import { built } from '../../../support/build.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { filesystem, Wire } from '../servers.ts'

const cli = fileURLToPath(new URL('../../../../dist/src/cli/main.js', import.meta.url))
const started: ChildProcess[] = []
beforeAll(() => built())
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** The place of a stand-alone agent that may only read, and its guards before the filesystem server. */
function place() {
  const files = filesystem()
  const directory = temporaryDirectory()
  const scope = join(directory, 'scope.yaml')
  writeFileSync(scope, 'tools: [read_text_file]\n')
  const approvals = join(directory, 'my approvals')
  const own = ['--approvals', approvals, '--spool', join(directory, 'spool'), '--memory', join(directory, 'memory')]
  const options = ['--monitor', 'none', '--agent', 'a1', '--scope', scope, '--pins', join(directory, 'pins'), ...own]
  async function guard() {
    const child = spawn(process.execPath, [cli, 'guard', ...options, '--', process.execPath, ...files.command])
    started.push(child)
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    const wire = new Wire(child.stdout, child.stdin)
    await wire.begin()
    let id = 0
    const end = async () => {
      wire.end()
      await once(child, 'close')
    }
    /** Writes a file in the task; answers the whole answer. */
    const write = async (name: string, content: string, task = 't1') =>
      (
        JSON.parse(
          await wire.call(
            ++id,
            'write_file',
            { path: resolve(files.directory, name), content },
            { 'rescind/task': task },
          ),
        ) as Answer
      ).result
    return { write, end, log: () => log }
  }
  const rescind = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args, '--json'])
  return { guard, files, approvals, rescind }
}
interface Answer {
  result: { isError?: boolean; content: { text: string }[]; _meta?: Record<string, string> }
}
const handleOf = ({ _meta }: Answer['result']): string => _meta?.['rescind/handle'] ?? 'none'
const outcome = ({ _meta }: Answer['result']) => _meta?.['rescind/outcome'] ?? 'ran'

/** What a guard says on standard error comes when it comes: an answer may be there before it. */
const logs = (said: () => string | undefined) => expect.poll(said, { timeout: 10_000 })

test('the refusal and the log name the file and the whole command line, and that lets the call go', async () => {
  const { guard, files, approvals, rescind } = place()
  const { write, log } = await guard()
  const held = await write('a.txt', 'one')
  const handle = handleOf(held)
  const line = `rescind approve ${handle} --approvals '${approvals}' --reason …`
  expect(held.content[0]?.text).toContain(line)
  expect(held.content[0]?.text).toContain(`or writes ${handle} on a line of ${approvals}`)
  await logs(log).toContain(line)
  const slip = `${handle.slice(0, -1)}${handle.endsWith('0') ? '1' : '0'}`
  const approve = (id: string, path: string) => rescind('approve', id, '--approvals', path, '--reason', 'x')
  await expect(approve(slip, approvals)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`No guard that looks at ${approvals} holds ${slip}. Did you mean ${handle}?`),
  })
  await expect(approve('no-such-command', approvals)).rejects.toMatchObject({ code: 1 })
  await expect(approve(handle, `${approvals}2`)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`no guard looks at ${approvals}2. Give the path that the refusal names`),
  })
  expect([existsSync(approvals), existsSync(`${approvals}2`)]).toEqual([false, false])
  await rescind('approve', handle, '--approvals', approvals, '--reason', 'it is # fine', '--by', 'Ann Lee')
  expect(readFileSync(approvals, 'utf8')).toBe(`${handle} by Ann Lee because it is fine\n`)
  expect(statSync(approvals).mode & 0o777).toBe(0o600)
  expect(outcome(await write('a.txt', 'one'))).toBe('ran')
  expect(files.read('a.txt')).toBe('one')
  expect(outcome(await write('a.txt', 'two'))).toBe('step-up')
})

test('a widened approval lets the same tool go to the same place, over a restart, until it is taken back', async () => {
  const { guard, files, approvals, rescind } = place()
  const first = await guard()
  const handle = handleOf(await first.write('a.txt', 'one'))
  const wide = ['--approvals', approvals, '--widen', 'tool', '--for', '2h', '--reason', 'the draft is theirs']
  await rescind('approve', handle, ...wide, '--by', 'ann')
  expect(outcome(await first.write('a.txt', 'two'))).toBe('ran')
  expect(outcome(await first.write('a.txt', 'three'))).toBe('ran')
  // A tool without destinations, for acts of the same sort: not outside of the roots.
  expect(outcome(await first.write('b.txt', 'besides'))).toBe('ran')
  expect(outcome(await first.write('/srv/out.txt', 'elsewhere'))).toBe('step-up')
  expect(outcome(await first.write('a.txt', 'of another task', 't2'))).toBe('step-up')
  await logs(first.log).toMatch(/is widened by ann until .*: the draft is theirs/)
  await first.end()

  const second = await guard()
  expect(outcome(await second.write('a.txt', 'four'))).toBe('ran')
  expect(files.read('a.txt')).toBe('four')
  const taken = JSON.parse((await rescind('release', handle, '--approvals', approvals, '--reason', 'x')).stdout)
  expect(taken).toMatchObject({ takenBack: true })
  expect(readFileSync(approvals, 'utf8')).toMatch(/^# taken back by .*: rescind-hold-.* widen tool until/)
  expect(outcome(await second.write('a.txt', 'five'))).toBe('step-up')
  await logs(second.log).toContain('a widened approval was taken back')
  expect(files.read('a.txt')).toBe('four')
})

test('longer than the policy lets it, or of a call that nobody holds, it lets nothing go', async () => {
  const { guard, approvals } = place()
  const { write, log } = await guard()
  const handle = handleOf(await write('a.txt', 'one'))
  writeFileSync(approvals, `${handle} widen tool until 2099-01-01T00:00Z because forever\n`, { mode: 0o600 })
  appendFileSync(approvals, 'rescind-hold-0000000000000000 widen tool until 2099-01-01T00:00Z\n')
  appendFileSync(approvals, `${handle} widen everything\n`)
  expect(outcome(await write('a.txt', 'one'))).toBe('step-up')
  await logs(log).toContain('the policy lets it stand for 1440 minutes at most')
  await logs(log).toContain('line 3 does not count')
})

describe('a person’s no', () => {
  test('is a command of its own, is told to the agent, and a later approval goes above it', async () => {
    const { guard, files, approvals, rescind } = place()
    const { write, log } = await guard()
    const handle = handleOf(await write('a.txt', 'one'))
    await rescind('deny', handle, '--approvals', approvals, '--reason', 'an attack', '--by', 'ann')
    expect(readFileSync(approvals, 'utf8')).toBe(`deny ${handle} by ann because an attack\n`)
    const denied = await write('a.txt', 'one')
    expect(outcome(denied)).toBe('step-up')
    expect(denied.content[0]?.text).toContain('A person was asked about this call to write_file and said no.')
    expect(denied.content[0]?.text).not.toContain('Way back')
    await logs(() => log().split('\n').at(-2)).toContain('a person said no')
    await rescind('approve', handle, '--approvals', approvals, '--reason', 'it is fine after all')
    expect(outcome(await write('a.txt', 'one'))).toBe('ran')
    expect(files.read('a.txt')).toBe('one')
  })

  test.each([
    (id: string) => `deny ${id} by ann because it is an attack`,
    (id: string) => `no ${id}`,
    (id: string) => `never let ${id} go`,
    (id: string) => `aprove ${id}`,
    (id: string) => `${id} deny`,
    (id: string) => `Deny ${id}`,
    (id: string) => `${id}, but ask me first`,
    (id: string) => `reject: ${id}`,
    (id: string) => `deny ${id} widen tool until 2099-01-01T00:00Z`,
    (id: string) => `nein ${id}`,
  ])('or a line that is not understood lets nothing go', async (line) => {
    const id = 'rescind-hold-0123456789abcdef'
    const { lines, faults } = parseApprovals(line(id))
    expect(lines.filter(({ says }) => says === 'approve')).toEqual([])
    expect(lines.length + faults.length).toBe(1)
  })

  test('a release takes an approval back, and approves nothing where there is none', async () => {
    const { guard, approvals, rescind } = place()
    const { write } = await guard()
    const handle = handleOf(await write('a.txt', 'one'))
    const release = () => rescind('release', handle, '--approvals', approvals, '--reason', 'x')
    await expect(release()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('no approval of') })
    await rescind('approve', handle, '--approvals', approvals, '--reason', 'x')
    await release()
    await expect(release()).rejects.toMatchObject({ code: 1 })
    expect(outcome(await write('a.txt', 'one'))).toBe('step-up')
  })

  test('a widening that the policy refuses leaves the one that stands', async () => {
    const { guard, approvals, rescind } = place()
    const { write, log } = await guard()
    const handle = handleOf(await write('a.txt', 'one'))
    const widen = (life: string) =>
      rescind('approve', handle, '--approvals', approvals, '--widen', 'tool', '--for', life, '--reason', 'x')
    await widen('2h')
    expect(outcome(await write('a.txt', 'two'))).toBe('ran')
    await widen('30d')
    expect(outcome(await write('a.txt', 'three'))).toBe('ran')
    await logs(log).toMatch(/warning: the approval of .* is not widened/)
    expect(log()).not.toContain('was taken back')
  })
})

describe('the lines of an approvals file', () => {
  const [x, y] = ['rescind-hold-0123456789abcdef', '0123456789abcdef0123456789abcdef']
  test.each<[string, object | undefined]>([
    [`${x}`, { ids: [x] }],
    [`${x} ${y}`, { ids: [x, y] }],
    [`${x} because as x and z agreed`, { ids: [x], because: 'as x and z agreed' }],
    [`${x} by Ann Lee because so`, { ids: [x], by: 'Ann Lee', because: 'so' }],
    [`deny ${x} ${y} by Ann`, { says: 'deny', ids: [x, y], by: 'Ann' }],
    [`# ${x}`, undefined],
    [`${x} # it was y`, { ids: [x] }],
    [`${x} widen tool until 2026-12-01T15:00Z`, { ids: [x], widen: { to: 'tool', until: Date.UTC(2026, 11, 1, 15) } }],
    [
      `${x} widen destination abc any-task until 2026-12-01T15:00Z by ann because so`,
      { widen: { to: 'destination', destination: 'abc', anyTask: true }, by: 'ann', because: 'so' },
    ],
    [`${x} widen tool`, undefined],
    [`${x} widen tool until tomorrow`, undefined],
  ])('%s', (line, said) => {
    const { lines } = parseApprovals(line)
    if (said === undefined) expect(lines).toEqual([])
    else expect(lines).toMatchObject([{ says: 'approve', ...said }])
  })

  test('are read as they are written', () => {
    const widen = { to: 'destination' as const, destination: 'h', until: Date.UTC(2026, 0, 1), anyTask: true as const }
    const said = { says: 'approve' as const, ids: [x] }
    const line = approvalLine({ ...said, widen, by: 'Ann\nLee', because: 'y\nz' })
    expect(parseApprovals(line).lines).toMatchObject([{ ...said, widen, by: 'Ann Lee', because: 'y z' }])
  })
})
