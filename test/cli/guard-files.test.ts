import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyIn, knowledgeIn, scopeIn, toolTableIn } from '../../src/cli/guard-files.ts'
import { digestOf } from '../../src/guard/index.ts'
import { failure } from '../support/failure.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const whose = { agent: 'a1', tenant: 't1' }

function file(text: string): string {
  const path = join(temporaryDirectory(), 'given.yaml')
  writeFileSync(path, text)
  return path
}

test('a scope is the agent’s of the options; destinations may stand there as they are read', () => {
  const ann = digestOf('ann@acme.example')
  const path = file(`actions: [read]\ndestinations: [Ann@acme.example, ${digestOf('bob@acme.example')}]\n`)
  expect(scopeIn(path, whose)).toEqual({
    id: 'guard:a1',
    ...whose,
    actions: ['read'],
    destinations: [ann, digestOf('bob@acme.example')],
  })
  expect(scopeIn(file('tools: [look]\nagent: other\n'), whose)).toEqual({ id: 'guard:a1', ...whose, tools: ['look'] })
})

describe('what is wrong is named by file and path, with what would be right', () => {
  test.each<[string, (path: string) => unknown, string, RegExp]>([
    ['scope', (path) => scopeIn(path, whose), 'action: [read]', /action: is not known\. Did you mean actions\?$/],
    ['scope', (path) => scopeIn(path, whose), 'actions: [raed]', /actions\.0: must be one of "read".*; found "raed"/],
    ['scope', (path) => scopeIn(path, whose), '- read', /scope: must be a group of named values/],
    [
      'scope',
      (path) => scopeIn(path, whose),
      'window: { form: 1, to: 2 }',
      /window\.form: is not known\. Did you mean from/,
    ],
    ['tools', toolTableIn, 'send: { sink: away }', /send\.sink: must be one of "look"/],
    ['tools', toolTableIn, 'send: [', /given\.yaml: Flow sequence/],
    ['knowledge', knowledgeIn, 'acts: many', /acts: must be number; found "many"/],
    ['knowledge', knowledgeIn, '[]', /knowledge: must be object; found \[\]/],
  ])('%s: %s', (_, read, text, message) => {
    const path = file(text)
    const error = failure(() => read(path))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message.split('\n').every((line) => line.startsWith(`${path}: `))).toBe(true)
    expect(error.message).toMatch(new RegExp(message.source, 'm'))
  })

  test('a file that is not there', () => {
    for (const read of [(path: string) => scopeIn(path, whose), toolTableIn, knowledgeIn, keyIn]) {
      const error = failure(() => read('/nowhere/given'))
      expect(error.code).toBe('CONFIG_FILE_UNREADABLE')
      expect(error.message).toMatch(/^\/nowhere\/given cannot be read: ENOENT/)
    }
  })
})
