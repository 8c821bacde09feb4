import { expect, test } from 'vitest'
import type { ToolDescription } from '../../../../src/guard/act/index.ts'
import { act, text, tool } from '../tools.ts'

const words = { type: 'array', items: text }

test('words of a program are its command line, with or without its name before them', () => {
  const cases: readonly [ToolDescription, unknown, string][] = [
    [tool('k', { argv: words }, 'kubectl with these arguments'), { argv: ['delete', 'pvc', 'data-0'] }, 'irreversible'],
    [tool('k', { argv: words }, 'kubectl with these arguments'), { argv: ['get', 'pods', '-A'] }, 'look'],
    [tool('git', { argv: words }), { argv: ['push', '--force', 'origin', 'main'] }, 'outward'],
    [tool('git', { args: words }), { args: ['status'] }, 'look'],
    [tool('git', { args: words }), { args: ['commit', '-am', 'Fix it'] }, 'own'],
    [tool('run_git', { command: text }), { command: 'log --oneline' }, 'look'],
    [tool('run_git', { command: text }), { command: 'git log --oneline' }, 'look'],
    [tool('aws_cli', { args: text }), { args: 'iam create-access-key --user-name ops' }, 'persistence'],
    [tool('aws_cli', { args: text }), { args: 'ec2 describe-instances' }, 'look'],
    [
      tool('exec', { command: text }, 'Runs a gcloud command'),
      { command: 'compute instances delete vm-1' },
      'irreversible',
    ],
    [tool('gh', { args: words }), { args: ['pr', 'list'] }, 'look'],
    [tool('gh', { args: words }), { args: ['secret', 'set', 'TOKEN'] }, 'persistence'],
    [tool('call', { command: text }, '', 'terraform'), { command: 'destroy -auto-approve' }, 'irreversible'],
    [tool('call', { command: text }, '', 'terraform'), { command: 'plan' }, 'look'],
    [tool('redis', { argv: words }), { argv: ['FLUSHDB'] }, 'irreversible'],
    [tool('redis', { argv: words }), { argv: ['HGETALL', 'session:1'] }, 'look'],
    // Nobody knows the program: its words say it as a client’s do.
    [tool('fleetctl', { argv: words }), { argv: ['delete', 'host', 'h-1'] }, 'irreversible'],
    [tool('fleetctl', { argv: words }), { argv: ['list', 'hosts'] }, 'look'],
    [tool('fleetctl', { argv: words }), { argv: ['frobnicate', 'h-1'] }, 'execution'],
  ]
  for (const [of, args, sink] of cases) expect([of.name, args, act(of, args).sink]).toEqual([of.name, args, sink])
})

test('a command of one word goes with the words and flags beside it', () => {
  const generic = tool('kubectl_generic', { command: text, resourceType: text, name: text, flags: { type: 'object' } })
  const drain = act(generic, { command: 'drain', resourceType: 'node', name: 'n-4', flags: { force: true } })
  expect(drain.sink).toBe('irreversible')
  expect(drain.parts.map((part) => part.text)).toContain('drain node n-4 --force')
  expect(act(generic, { command: 'get', resourceType: 'node', name: 'n-4' }).sink).toBe('look')
})

test('a command that names its own program is that program’s, and no tool is one by chance', () => {
  const exec = tool('exec', { container: text, command: text }, 'Runs a command in a container', 'docker')
  expect(act(exec, { container: 'web', command: 'cat /etc/hostname' }).sink).toBe('look')
  expect(act(tool('bash', { command: text }), { command: 'ls' }).sink).toBe('look')
})
