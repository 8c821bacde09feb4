import { beforeAll, expect, test } from 'vitest'
import { built } from '../support/build.ts'
import { answer, rescind } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

const verbs = [
  'start',
  'drill',
  'replay',
  'explain',
  'agents',
  'commands',
  'release',
  'approve',
  'deny',
  'revoke',
  'quarantine',
  'tighten',
  'step-up',
  'digest',
  'doctor',
  'topics',
]

/** A pin: scripts and people hold on to these. Meant? `npx vitest run test/cli -u`. */
test('the help says which verbs there are', async () => {
  const { code, stdout } = await rescind(['--help'])
  expect(code).toBe(0)
  expect(stdout).toMatchSnapshot()
})

test.each(verbs)('the help of %s', async (verb) => {
  const { code, stdout } = await rescind([verb, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatchSnapshot()
})

test('a digest is what the guard knows a destination by', async () => {
  const { digests } = await answer<{ digests: { digest: string }[] }>([
    'digest',
    'ann@acme.example',
    'Ann@ACME.example',
  ])
  expect(digests.map(({ digest }) => digest)).toEqual(Array(2).fill('b759382850d65342f8994576b7d68f61'))
})

test('wrong usage is exit status 2 and says what is wrong', async () => {
  for (const [args, says] of [
    [[], 'Usage: rescind'],
    [['begin'], "unknown command 'begin'"],
    [['agents', '--limit', '0'], 'whole number from 1 to 1000'],
    [['agents', '--colour'], "unknown option '--colour'"],
    [['start', '--port', '70777'], 'whole number from 0 to 65535'],
    [['release', 'x'], "required option '--reason <text>' not specified"],
    [['explain'], "missing required argument 'id'"],
    [['explain', 'x', '--kind', 'thing'], 'Allowed choices are'],
    [['guard', '--mode', 'off', '--', 'true'], 'Allowed choices are'],
  ] as const) {
    const { code, stdout, stderr } = await rescind(args)
    expect(code, args.join(' ')).toBe(2)
    expect(stderr, args.join(' ')).toContain(says)
    expect(stdout).toBe('')
  }
  expect((await rescind(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('what failed is exit status 1, names the fix, and is one line of JSON with --json', async () => {
  const data = temporaryDirectory()
  for (const [args, code, says] of [
    [['agents', '--url', 'http://127.0.0.1:9'], 'MONITOR_UNREACHABLE', 'rescind start'],
    [['agents', '--url', 'here'], 'CONFIG_INVALID', '--url'],
    [['replay', `${data}/none.ndjson`], 'CONFIG_FILE_UNREADABLE', 'none.ndjson cannot be read'],
    [['replay', data], 'CONFIG_FILE_UNREADABLE', 'directory'],
    [['start', '--config', `${data}/none.yaml`], 'CONFIG_FILE_UNREADABLE', 'none.yaml'],
  ] as const) {
    const words = await rescind([...args, '--data', data])
    expect(words.code, args.join(' ')).toBe(1)
    expect(words.stderr).toContain(says)
    expect(words.stderr).toContain(`[${code}]`)
    expect(words.stderr).not.toContain('    at ')
    const machine = await rescind([...args, '--data', data, '--json'])
    expect(machine.code).toBe(1)
    expect(JSON.parse(machine.stdout)).toMatchObject({ error: { code } })
  }
})

test('colours are for terminals: none in a pipe, not even where CI is set', async () => {
  const env = { CI: 'true', NO_COLOR: '', FORCE_COLOR: '' }
  const { stdout } = await rescind(['doctor', '--data', temporaryDirectory()], { env })
  expect(stdout).toContain('✓ node')
  expect(stdout).not.toContain('\u001b')
  const forced = await rescind(['doctor', '--data', temporaryDirectory()], { env: { ...env, FORCE_COLOR: '1' } })
  expect(forced.stdout).toContain('\u001b[32m')
})
