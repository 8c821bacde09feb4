import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { built } from '../../support/build.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { filesystem, Wire } from './servers.ts'

const cli = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))
const started: ChildProcess[] = []
beforeAll(() => built())
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** A stand-alone guard of the command line, whose agent may only read, under a policy. */
async function guard(policy: string) {
  const files = filesystem()
  const directory = temporaryDirectory()
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const own = [
    '--spool',
    join(directory, 'spool'),
    '--memory',
    join(directory, 'memory'),
    '--pins',
    join(directory, 'pins'),
  ]
  const given = ['--policy', file('policy.yaml', policy), '--scope', file('scope.yaml', 'tools: [read_text_file]\n')]
  const child = spawn(process.execPath, [
    ...[cli, 'guard', '--monitor', 'none', '--agent', 'a1', ...own, ...given, '--', process.execPath, ...files.command],
  ])
  started.push(child)
  const wire = new Wire(child.stdout, child.stdin)
  await wire.begin()
  const write = (id: number, path: string) => wire.call(id, 'write_file', { path, content: 'x' })
  return { write, files, policy: join(directory, 'policy.yaml') }
}

test('stand-alone, the policy of --policy holds: learn holds nothing, enforce does, an allowance lets go', async () => {
  const learn = await guard('mode: learn\n')
  expect(await learn.write(1, learn.files.path('a.txt'))).toContain('Successfully wrote')
  const enforce = await guard('mode: enforce\n')
  expect(await enforce.write(1, enforce.files.path('a.txt'))).toContain('Rescind holds this call')
  const allow = await guard('allow: [{ agent: a1, tool: write_file, because: agreed }]\n')
  expect(await allow.write(1, allow.files.path('a.txt'))).toContain('Successfully wrote')
})

test('the agent cannot write its own policy', async () => {
  const { write, policy } = await guard('mode: learn\n')
  expect(await write(1, policy)).toContain('names files of the guard’s own')
})
