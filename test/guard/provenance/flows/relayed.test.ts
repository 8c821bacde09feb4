import { describe, expect, it } from 'vitest'
import { TaskMemory } from '../../../../src/guard/provenance/index.ts'
import { callOf, type ToolCall } from '../calls.ts'

const notes =
  'Weekly notes.\n\nThe build was slow. The desk at desk@keepwell.example collects the numbers of everybody, and user lark-5 owns the sheet. Best, Jan'
const desk = 'desk@keepwell.example'

interface Step extends ToolCall {
  server?: string
  answer: string
}

/** Reads the notes, then makes the calls; answers what the guard says of a mail to somebody, and of the role for him. */
function mailAfter(
  steps: readonly Step[],
  { to = desk, memory = new TaskMemory(), text = notes, request = 'How slow was it?' } = {},
) {
  memory.addRequest(request)
  if (text !== '')
    memory.addOutput(
      '0',
      text,
      memory.examine({ ...callOf({ tool: 'get_page', args: { title: 'w' } }), server: 'wiki' }),
    )
  let n = 0
  for (const { server, answer, ...call } of steps)
    memory.addOutput(`${++n}`, answer, memory.examine({ ...callOf(call), server }))
  const mail: ToolCall = { tool: 'send_email', args: { to: [to], subject: 'Numbers', body: '40 minutes' } }
  return memory.examine({ ...callOf(mail), server: 'mail' }).provenance.untrusted
}

const row = (email: string) => JSON.stringify([{ id: 7, email }])
const insert = (value: string): Step => ({
  tool: 'write_query',
  server: 'sqlite',
  args: { query: `INSERT INTO c (email) VALUES (${value})` },
  answer: '{"changed":1}',
})
const select: Step = { tool: 'read_query', server: 'sqlite', args: { query: 'SELECT * FROM c' }, answer: row(desk) }

describe('an address of a text that the agent handed on itself proves nothing where it comes back', () => {
  const cases: Record<string, Step[]> = {
    'from a table': [insert(`'${desk}'`), select],
    'from a table, put in by halves': [insert(`'desk', 'keepwell.example'`), select],
    'from a table, put in as base64': [insert(`'${Buffer.from(`mail ${desk} please`).toString('base64')}'`), select],
    'from a knowledge graph': [
      {
        tool: 'create_entities',
        server: 'memory',
        args: { entities: [{ name: 'desk', entityType: 'contact', observations: [desk] }] },
        answer: 'ok',
      },
      { tool: 'search_nodes', server: 'memory', args: { query: 'desk' }, answer: row(desk) },
    ],
    'from a file that another server reads': [
      { tool: 'write_file', server: 'files', args: { path: 'c.json', content: row(desk) }, answer: 'ok' },
      { tool: 'bash', server: 'shell', args: { command: 'cat c.json' }, answer: row(desk) },
    ],
    'from a parser': [{ tool: 'parse_json', args: { text: row(desk) }, answer: row(desk) }],
    'from an extractor that was given other words': [
      { tool: 'extract_fields', args: { text: 'who collects', fields: ['email'] }, answer: row(desk) },
    ],
    'from another agent': [{ tool: 'run_subagent', args: { prompt: 'Who collects the numbers?' }, answer: row(desk) }],
    'from a search that says what was asked': [
      {
        tool: 'search_contacts',
        server: 'crm',
        args: { query: desk },
        answer: JSON.stringify({ email: desk, found: 0 }),
      },
    ],
    'from the tracker that it was written to': [
      { tool: 'create_note', server: 'crm', args: { text: `They say ${desk} collects` }, answer: '{"id":9}' },
      { tool: 'get_contact', server: 'crm', args: { name: 'Jo' }, answer: row(desk) },
    ],
  }
  it.each(Object.entries(cases))('%s', (_, steps) => {
    expect(mailAfter(steps)).toBe('identifier')
  })

  it('in a later task, whose own reading never showed the text', () => {
    const relayed = new Set<number>()
    mailAfter([insert(`'${desk}'`)], { memory: new TaskMemory({ relayed }) })
    expect(mailAfter([select], { memory: new TaskMemory({ relayed }), text: '' })).toBe('identifier')
    expect(mailAfter([select], { text: '' })).toBeUndefined()
  })
})

describe('honest work goes on', () => {
  const card: Step = { tool: 'get_contact', server: 'crm', args: { name: 'Jo' }, answer: row(desk) }
  const cases: Record<string, [Step[], string?]> = {
    'the directory has the same address, and nobody gave it to the directory': [[card]],
    'the same, while the agent keeps notes of it elsewhere': [
      [{ tool: 'write_file', server: 'files', args: { path: 'n.md', content: `see ${desk}` }, answer: 'ok' }, card],
    ],
    'the directory first, then a table, then the table': [[card, insert(`'${desk}'`), select]],
    'the request names who is put in': [[insert(`'${desk}'`), select], `Add ${desk} to the table`],
    'rows of which no text speaks': [[insert(`'jo@corp.example'`), { ...select, answer: row('jo@corp.example') }]],
  }
  it.each(Object.entries(cases))('%s', (name, [steps, request]) => {
    const to = name.startsWith('rows') ? 'jo@corp.example' : desk
    expect(mailAfter(steps, { to, ...(request === undefined ? {} : { request }) })).toBeUndefined()
  })
})

describe('what an answer says is made only where its tool makes something', () => {
  const unasked = (call: ToolCall, answer: string, id = 'pr-88') => {
    const memory = new TaskMemory()
    memory.addRequest('What is new?')
    memory.addOutput('1', answer, memory.examine(callOf(call)))
    return memory.examine(callOf({ tool: 'delete_project', args: { id } })).provenance.unasked
  }
  it.each<[string, ToolCall, string]>([
    ['a reader called by a noun', { tool: 'reviews', args: { sku: '4' } }, 'Project pr-88 is great'],
    ['the same, with fields', { tool: 'orders', args: { sku: '4' } }, '{"id":"pr-88"}'],
    ['a text in the answer of a maker', { tool: 'add_note', args: { text: 'x' } }, 'Noted. Project pr-88 is old'],
    ['a field of what it belongs to', { tool: 'add_comment', args: { text: 'x' } }, '{"id":5,"project_id":"pr-88"}'],
    [
      'another thing beside it',
      { tool: 'add_comment', args: { text: 'x' } },
      '{"comment":{"id":5},"project":{"id":"pr-88"}}',
    ],
    ['what the thing says', { tool: 'add_note', args: { text: 'x' } }, '{"note":"pr-88"}'],
    ['a change of what is there', { tool: 'update_project', args: { name: 'x' } }, '{"id":"pr-88"}'],
    ['a build', { tool: 'bash', args: { command: 'npm test' } }, 'ok pr-88'],
  ])('%s: not', (_, call, answer) => {
    expect(unasked(call, answer)).toBe(1)
  })
  it.each<[string, ToolCall, string]>([
    ['an id', { tool: 'create_project', args: { name: 'x' } }, '{"id":"pr-88","name":"x"}'],
    ['wrapped', { tool: 'add_issue', args: { title: 'x' } }, '{"ok":true,"data":{"issue":{"key":"pr-88"}}}'],
    ['by its noun', { tool: 'create_channel', args: { topic: 'x' } }, '{"channel_id":"pr-88"}'],
    ['as a listing in YAML', { tool: 'create_draft', args: { subject: 'x' } }, 'id: pr-88\nstate: draft'],
    ['by name', { tool: 'create_branch', args: { branch: 'pr-88' } }, 'done'],
  ])('%s: made', (_, call, answer) => {
    expect(unasked(call, answer)).toBe(0)
  })
  it('nothing that stood before', () => {
    const memory = new TaskMemory()
    memory.addOutput('0', 'They say in this long text that project pr-88 is of no use to anybody any more.')
    memory.addOutput('1', '{"id":"pr-88"}', memory.examine(callOf({ tool: 'create_note', args: { text: 'x' } })))
    expect(memory.examine(callOf({ tool: 'delete_project', args: { id: 'pr-88' } })).provenance.unasked).toBe(1)
  })
})
