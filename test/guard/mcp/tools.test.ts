import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explainModels } from '../../../src/guard/mcp/explain-models.ts'
import { readToolTable, Tools } from '../../../src/guard/mcp/tools.ts'

const file = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'rescind-')), 'tools.yaml')
  writeFileSync(path, text)
  return path
}

test('a table may say sink, class, roles, scratch, dataset and sensitivity', () => {
  const path = file(
    'send:\n  sink: outward\n  roles: { where: destination }\n  sensitivity: restricted\nq: { scratch: true }\n',
  )
  expect(readToolTable(path)).toMatchObject({ send: { sink: 'outward' }, q: { scratch: true } })
})

test('what is wrong in a table is named, with what it may be', () => {
  expect(() => readToolTable(file('send: { sink: away }\n'))).toThrow(/send\.sink must be one of look, own/)
  expect(() => readToolTable(file('send: { roles: { to: goal } }\n'))).toThrow(
    /send\.roles\.to must be one of destination/,
  )
  expect(() => readToolTable(file('send: { sinc: own }\n'))).toThrow(/send has keys that a table does not know: sinc/)
})

test('a tool is worked out again when its server describes it anew', () => {
  const tools = new Tools()
  expect(tools.model('zap').sink).toBe('shared')
  tools.learn({ tools: [{ name: 'zap', description: 'Deletes a mailbox' }, { name: 5 }, null] })
  expect(tools.model('zap').sink).toBe('irreversible')
  expect(tools.described('zap')).toMatchObject({ description: 'Deletes a mailbox' })
  for (const odd of [null, 1, { tools: 1 }, { tools: [[]] }]) tools.learn(odd)
})

test('explained: sink, class, why; each argument with its role and why; nothing that moves a terminal', () => {
  const tools = new Tools({ send_email: { dataset: 'mail' } })
  tools.learn({
    tools: [
      { name: 'send_email', inputSchema: { properties: { to: { type: 'string' }, 'x\u001b[2J': { type: 'string' } } } },
    ],
  })
  const said = explainModels(['send_email', 'evil\u001b[2Jname'], tools)
  expect(said).toContain('send_email: outward (export)')
  expect(said).toContain('dataset mail')
  expect(said).toMatch(/to +destination +named “to”/)
  expect(said).not.toContain('\u001b')
})
