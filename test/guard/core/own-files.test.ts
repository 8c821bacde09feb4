import { describe, expect, test } from 'vitest'
import { OwnFiles } from '../../../src/guard/core/own-files.ts'
import { createGuard } from '../../../src/guard/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const files = new OwnFiles(['/home/ann/.local/state/rescind/guard', '/srv/approvals/ids'], '/home/ann')

test.each([
  ['/home/ann/.local/state/rescind/guard/approvals'],
  ['/home/ann/.local/state/rescind/guard'],
  ['~/.local/state/rescind/guard/approvals'],
  ['$HOME/.local/state/rescind/guard/approvals'],
  ['.local/state/rescind/guard/approvals'],
  ['/home/ann/work/../.local/./state//rescind/guard/approvals'],
  ['file:///home/ann/.local/state/rescind%2Fguard/approvals'],
  ['/HOME/Ann/.local/state/Rescind/guard'],
  ['echo 7f3a >> ~/.local/state/rescind/guard/approvals; ls'],
  ['\\srv\\approvals\\ids'],
])('%s is the guard’s own', (path) => {
  expect(files.isNamed({ deep: [{ path }] })).toBe(true)
})

test.each([
  ['/home/ann/.local/state/rescind/guardian/notes'],
  ['/home/ann/.local/state'],
  ['/home/ann/work/a.txt'],
  ['the guard of rescind/approvals'],
  ['/srv/approvals/ids-of-last-year.csv'],
  ['/backup/home/bob/.local/state/rescind/x'],
])('%s is not', (path) => {
  expect(files.isNamed({ path })).toBe(false)
})

describe('from where the agent works', () => {
  const own = new OwnFiles(
    ['/home/ann/work/data', '/home/ann/work/.rescind', '/srv/repo/state/x1'],
    '/home/ann',
    '/home/ann/work',
  )
  const isNamed = (args: unknown) => own.isNamed(args, ['/srv/repo'])

  test.each([
    [{ path: '.rescind/rescind.key' }],
    [{ path: './.rescind' }],
    [{ path: 'data/rescind.key' }],
    [{ path: 'data' }],
    [{ paths: ['a.txt', 'src/../data/rescind.key'] }],
    [{ path: '../work/.rescind/url' }],
    [{ path: 'state/x1/approvals' }],
    [{ path: '..\\work\\.rescind' }],
    [{ command: 'cat <data/rescind.key' }],
    [{ command: 'cp -r .rescind /tmp/x' }],
    [{ code: 'open("state/x1/approvals", "a").write("id")' }],
  ])('%j is the guard’s own', (args) => {
    expect(isNamed(args)).toBe(true)
  })

  test.each([
    [{ path: 'src/data/a.csv' }],
    [{ path: 'data.csv' }],
    [{ path: 'database' }],
    [{ table: 'data' }],
    [{ body: 'All the data is in the annex, see src/data/readme.' }],
    [{ path: 'state/x10' }],
    [{ command: 'cat .rescindrc' }],
  ])('%j is not', (args) => {
    expect(isNamed(args)).toBe(false)
  })
})

test('neither the root nor a whole home is ever meant', () => {
  expect(new OwnFiles(['/', '/home/ann', ''], '/home/ann').isNamed({ path: '/home/ann/x' })).toBe(false)
})

test('a call that names the spool does not run, and no approval changes that', async () => {
  const directory = temporaryDirectory()
  const guard = await createGuard({ point: 'p1', agent: 'a1', spool: { directory } })
  const call = { tool: 'append_file', args: { path: `${directory}/approvals`, text: 'id' }, task: 't' }
  const check = guard.before(call)
  expect(check).toMatchObject({ outcome: 'deny', event: { outcome: 'denied' } })
  expect(check.held).toBeUndefined()
  expect(guard.before(call).outcome).toBe('deny')
  expect(guard.before({ ...call, args: { path: '/tmp/other', text: 'id' } }).outcome).toBe('allow')
  await guard.close()
})
