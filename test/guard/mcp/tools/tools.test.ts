import { expect, test } from 'vitest'
import { explainModels } from '../../../../src/guard/mcp/tools/explain-models.ts'
import { parseToolTable, Tools } from '../../../../src/guard/mcp/tools/tools.ts'

const faults = (given: unknown): string[] => {
  const parsed = parseToolTable(given)
  return 'faults' in parsed ? parsed.faults.map(({ path, message }) => `${path}: ${message}`) : []
}

test('a table may say sink, class, roles, scratch, dataset and sensitivity', () => {
  const table = {
    send: { sink: 'outward', roles: { where: 'destination' }, sensitivity: 'restricted' },
    q: { scratch: true },
  }
  expect(parseToolTable(table)).toEqual({ table })
})

test('what is wrong in a table is named, with what it may be', () => {
  expect(faults({ send: { sink: 'away' } })).toEqual([
    expect.stringMatching(/^send\.sink: must be one of "look", "own"/),
  ])
  expect(faults({ send: { roles: { to: 'goal' } } })).toEqual([
    expect.stringMatching(/^send\.roles\.to: must be one of "destination".*; found "goal"/),
  ])
  expect(faults({ send: { sinc: 'own' } })).toEqual(['send.sinc: is not known. Did you mean sink?'])
  expect(faults('send')).toEqual(['tools: must be object; found "send".'])
})

test('a tool is worked out again when its server describes it anew', () => {
  const tools = new Tools()
  expect(tools.model('zap').sink).toBe('shared')
  tools.learn({ tools: [{ name: 'zap', description: 'Deletes a mailbox' }, { name: 5 }, null] })
  expect(tools.model('zap').sink).toBe('irreversible')
  expect(tools.described('zap')).toMatchObject({ description: 'Deletes a mailbox' })
  for (const odd of [null, 1, { tools: 1 }, { tools: [[]] }]) tools.learn(odd)
})

test('rows and roles that fit nothing the server lists are told, once, after its last page', () => {
  const inputSchema = {
    properties: {
      to: { type: 'array', items: { type: 'string' } },
      message: { properties: { text: { type: 'string' }, extra: { type: 'object' } } },
    },
  }
  const roles = {
    to: 'destination',
    'message.text': 'payload',
    'message.txet': 'payload',
    'message.extra.more': 'payload',
    message: 'payload',
    where: 'destination',
  } as const
  const tools = new Tools({ send_email: { roles }, send_mali: { sink: 'outward' }, send_mail: {}, other: { roles } })
  expect(tools.learn({ tools: [{ name: 'send_email', inputSchema }], nextCursor: 'x' })).toEqual([])
  const last = { tools: [{ name: 'send_mail' }, { name: 'other' }] }
  expect(tools.learn(last)).toEqual([
    '--tools: send_email.roles: the tool has no argument message.txet. Did you mean message.text?',
    '--tools: send_email.roles: the tool has no argument message.',
    '--tools: send_email.roles: the tool has no argument where.',
    '--tools: the server lists no tool send_mali: its row says nothing. Did you mean send_mail?',
  ])
  expect(tools.learn(last)).toEqual([])
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
