import { afterEach, describe, expect, test } from 'vitest'
import { parsePolicy, type SanitiseRule } from '../../../src/policy/policy.ts'
import { type Script, scripted } from './scripted.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const gone = '[redacted by rescind]'

async function session(rules: (Partial<SanitiseRule> & { of: 'arguments' | 'answer' })[], script: Script = {}) {
  const parsed = parsePolicy({ sanitise: rules.map((rule) => ({ because: 'it is nobody’s business', ...rule })) })
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  const outcomes: unknown[] = []
  const made = await scripted(script, { policy: parsed.policy })
  const after = made.guard.after.bind(made.guard)
  const guard = made.guard as unknown as { after: typeof after }
  guard.after = (check, result) => {
    outcomes.push(result?.sanitised)
    after(check, result)
  }
  open.push(made)
  await made.begin()
  return { ...made, outcomes }
}

const text = (said: string) => ({ content: [{ type: 'text', text: said }] })
const wordsOf = (answer: { result?: Record<string, unknown> }) =>
  (answer.result?.content as { text: string }[] | undefined)?.map((part) => part.text).join('\n')

describe('arguments', () => {
  test('a field, what a pattern matches, and secrets do not reach the server', async () => {
    const s = await session([
      { of: 'arguments', tool: 'put_order', path: '$.customer.iban' },
      { of: 'arguments', pattern: '[0-9]{4} [0-9]{4}' },
      { of: 'arguments', path: 'note', kind: 'secret' },
    ])
    const args = {
      customer: { iban: 'XX11', name: 'Kim' },
      card: 'is 1234 5678',
      note: 'use password=abcd-1234',
      iban: 'top',
    }
    expect(await s.call('put_order', args)).toBe('ran')
    const { params } = s.server.seen.at(-1) as { params: unknown }
    expect(params).toEqual({
      name: 'put_order',
      arguments: {
        customer: { iban: gone, name: 'Kim' },
        card: `is ${gone}`,
        note: `use password=${gone}`,
        iban: 'top',
      },
    })
    expect(s.events.at(-1)).toMatchObject({ outcome: 'sanitised', sanitised: { count: 3 } })
    expect(s.events.at(-1)?.sanitised?.fields).toContain('$.customer.iban')
    expect(JSON.stringify(s.events)).not.toMatch(/XX11|abcd-1234|1234 5678/)
    expect(s.guard.stats().sanitised).toBe(1)
  })

  test('of other tools and without anything to take out, calls go as they are', async () => {
    const s = await session([
      { of: 'arguments', tool: 'put_order', path: 'iban' },
      { of: 'arguments', server: 'x', path: 'a' },
    ])
    await s.call('get_order', { iban: 'XX11', a: 1 })
    expect(s.server.seen.at(-1)).toMatchObject({ params: { arguments: { iban: 'XX11', a: 1 } } })
    expect(s.events.at(-1)).toMatchObject({ outcome: 'allowed' })
  })

  test('a pattern that cannot be used lets nothing pass', async () => {
    const s = await session([{ of: 'arguments', pattern: '(' }])
    expect(await s.call('put_order', {})).toBe('deny')
  })
})

describe('answers', () => {
  const order = { id: 7, margin: '31 percent', lines: [{ sku: 'a', cost: 12.5 }] }

  test('structured content and the text that says it again', async () => {
    const s = await session(
      [
        { of: 'answer', tool: 'get_order', path: 'margin' },
        { of: 'answer', path: '$.lines[*].cost' },
      ],
      {
        'tools/call get_order': { ...text(`${JSON.stringify(order)}`), structuredContent: order },
        'tools/call get_prose': { ...text('We earn 31 percent on it.'), structuredContent: { margin: '31 percent' } },
      },
    )
    const clean = { ...order, margin: gone, lines: [{ sku: 'a', cost: gone }] }
    const answer = await s.ask('tools/call', { name: 'get_order', arguments: {} })
    expect(answer.result).toMatchObject({ structuredContent: clean })
    expect(JSON.parse(wordsOf(answer) ?? '')).toEqual(clean)
    expect(s.outcomes).toEqual([{ count: 4, fields: ['margin', '$.lines[*].cost'] }])
    // What was taken out of the structure goes from the running text beside it.
    const other = await s.ask('tools/call', { name: 'get_order', arguments: {} })
    expect(JSON.stringify(other)).not.toContain('31 percent')
  })

  test('values beside labels in running text; where a value cannot be found, all is withheld', async () => {
    const s = await session([{ of: 'answer', path: 'margin' }], {
      'tools/call get_lines': text('id: 7\nMargin: 31 percent\n| margin | 31 |\nlines: 2'),
      'tools/call get_prose': text('The margin of this order is thirty-one in a hundred.'),
      'tools/call get_none': text('Order 7 has two lines.'),
    })
    expect(wordsOf(await s.ask('tools/call', { name: 'get_lines' }))).toBe(
      `id: 7\nMargin: ${gone}\n| margin | ${gone}\nlines: 2`,
    )
    const withheld = await s.ask('tools/call', { name: 'get_prose' })
    expect(withheld.result).toMatchObject({ isError: true })
    expect(wordsOf(withheld)).toMatch(/withheld this answer.*margin/)
    expect(JSON.stringify(withheld)).not.toContain('thirty-one')
    expect(s.outcomes.at(-1)).toMatchObject({ withheld: true })
    expect(wordsOf(await s.ask('tools/call', { name: 'get_none' }))).toBe('Order 7 has two lines.')
  })

  test('secrets in texts, blobs, errors, meta, resources, logs and lists', async () => {
    const secret = 'glpat-abcd1234efgh5678ijkl'
    const blob = Buffer.from(`token ${secret}`).toString('base64')
    const s = await session([{ of: 'answer', kind: 'secret' }], {
      'tools/call get_text': { ...text(`it is ${secret}.`), _meta: { x: secret } },
      'tools/call get_blob': { content: [{ type: 'resource', resource: { uri: 'x:', blob } }] },
      'tools/call get_error': { error: { code: -1, message: `bad ${secret}`, data: { with: [secret] } } },
      'resources/read': { contents: [{ uri: 'x:', text: secret }] },
      'resources/list': { resources: [{ uri: 'x:', name: secret }] },
    })
    for (const name of ['get_text', 'get_blob', 'get_error']) await s.ask('tools/call', { name, arguments: {} })
    await s.ask('resources/read', { uri: 'x:' })
    await s.ask('resources/list')
    s.server.put({ method: 'notifications/message', params: { level: 'info', data: `with ${secret}` } })
    expect(await s.next('notifications/message')).toMatchObject({ params: { data: `with ${gone}` } })
    const seen = s.wire.received.join('\n')
    expect(seen).not.toContain(secret)
    expect(seen).not.toContain(blob)
    expect(seen.split(gone)).toHaveLength(8)
    expect(Buffer.from(/"blob":"([^"]+)"/.exec(seen)?.[1] ?? '', 'base64').toString()).toBe(`token ${gone}`)
  })

  test('only of data that is as sensitive as the rule says', async () => {
    const parsed = parsePolicy({
      sanitise: [{ of: 'answer', path: 'salary', sensitivity: 'confidential', because: 'x' }],
    })
    if ('faults' in parsed) throw new Error('the policy is wrong')
    const person = { structuredContent: { salary: 1 } }
    const script = { 'tools/call get_person': person, 'tools/call get_advert': person }
    const s = await scripted(
      script,
      { policy: parsed.policy },
      { table: { get_person: { sensitivity: 'restricted' } } },
    )
    open.push(s)
    await s.begin()
    expect(await s.ask('tools/call', { name: 'get_person' })).toMatchObject({
      result: { structuredContent: { salary: gone } },
    })
    expect(await s.ask('tools/call', { name: 'get_advert' })).toMatchObject({ result: person })
  })

  test('what was taken out is not remembered as read, and pictures stay whole', async () => {
    const picture = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 73) % 256)).toString('base64')
    const content = [{ type: 'image', mimeType: 'image/png', data: picture }]
    const s = await session([{ of: 'answer', pattern: '[A-Za-z]{3}' }], { 'tools/call get_picture': { content } })
    const answer = await s.ask('tools/call', { name: 'get_picture' })
    expect(JSON.stringify(answer)).toContain(picture)
  })
})
