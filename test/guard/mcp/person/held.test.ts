import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { withId } from '../../../../src/guard/doors/json-rpc/raw.ts'
import { ApprovalsFile } from '../../../../src/guard/mcp/person/approvals-file.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { filesystem, guarded, type Wire } from '../servers.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** The filesystem server behind a guard whose agent may only read: writing is held for a person. */
async function scoped(elicitation = false, askMs?: number) {
  const files = filesystem()
  const scope = { id: 's', tenant: 'default', agent: 'a1', tools: ['read_text_file', 'list_directory'] }
  const session = await guarded(files.command, { scopes: [scope] }, {}, askMs === undefined ? {} : { askMs })
  open.push(session.close)
  await session.wire.begin(elicitation ? { elicitation: {} } : {})
  return { ...session, files, write: { path: files.path('a.txt'), content: 'one ✓' } }
}
interface Answer {
  result: { isError?: boolean; content: { text: string }[]; _meta?: Record<string, string> }
}
const call = async (wire: Wire, id: number, args: unknown, tool = 'write_file'): Promise<Answer['result']> =>
  (JSON.parse(await wire.call(id, tool, args)) as Answer).result
const outcome = (result: Answer['result']) => result._meta?.['rescind/outcome'] ?? 'ran'

describe('a held call', () => {
  test('tried again is counted, and the words say that it is no use and what is', async () => {
    const { wire, guard, write } = await scoped()
    const first = await call(wire, 1, write)
    const again = await call(wire, 2, { content: write.content, path: write.path })
    expect([outcome(first), outcome(again)]).toEqual(['step-up', 'step-up'])
    expect(again._meta).toEqual(first._meta)
    const text = again.content[0]?.text ?? ''
    expect(text).toMatch(/does not help.*try 2/)
    expect(text).toContain(first._meta?.['rescind/handle'] ?? 'no handle')
    expect(text).toMatch(/leave this step out/)
    expect(guard.stats()).toMatchObject({ steppedUp: 2, repeated: 1, approved: 0 })
  })

  test('approved, runs once as it was held, though the retry is worded otherwise', async () => {
    const { wire, guard, files, write } = await scoped()
    const held = await call(wire, 1, write)
    guard.release(held._meta?.['rescind/command'] ?? '')
    expect(outcome(await call(wire, 2, { path: write.path, content: ' ONE  ✓' }))).toBe('ran')
    expect(files.read('a.txt')).toBe('one ✓')
    expect(guard.stats().approved).toBe(1)
  })

  test('runs by its handle, quoted in _meta or as a text of the arguments', async () => {
    for (const quote of ['meta', 'argument']) {
      const { wire, guard, files, write } = await scoped()
      const handle = (await call(wire, 1, write))._meta?.['rescind/handle'] ?? ''
      expect(outcome(await call(wire, 2, { path: write.path, content: handle }))).toBe('step-up')
      guard.release(handle)
      const answer =
        quote === 'meta'
          ? await wire.call(3, 'write_file', {}, { 'rescind/approval': handle })
          : await wire.call(3, 'write_file', { path: files.path('c.txt'), content: handle })
      expect(answer).toContain('Successfully wrote')
      expect([files.read('a.txt'), files.read('c.txt')]).toEqual(['one ✓', undefined])
    }
  })

  test('that ran is answered again and does not run again; a third time it is a new call', async () => {
    const { wire, guard, files, write } = await scoped()
    const held = await call(wire, 1, write)
    guard.release(held._meta?.['rescind/command'] ?? '')
    const ran = await call(wire, 2, write)
    writeFileSync(files.path('a.txt'), 'changed since')
    const replayed = await call(wire, 3, write)
    expect(replayed.content).toEqual(ran.content)
    expect(outcome(replayed)).toBe('replayed')
    const third = await call(wire, 4, write)
    expect(outcome(third)).toBe('step-up')
    expect(third._meta?.['rescind/handle']).not.toBe(held._meta?.['rescind/handle'])
    // Who names the first one still gets its answer.
    const named = await wire.call(5, 'write_file', {}, { 'rescind/approval': held._meta?.['rescind/handle'] ?? '' })
    expect(named).toContain('Successfully wrote')
    expect(files.read('a.txt')).toBe('changed since')
  })

  test('approved lets no other call go', async () => {
    const { wire, guard, files, write } = await scoped()
    const held = await call(wire, 1, write)
    guard.release(held._meta?.['rescind/command'] ?? '')
    expect(outcome(await call(wire, 2, { ...write, content: 'one and more' }))).not.toBe('ran')
    expect(outcome(await call(wire, 3, { ...write, path: files.path('b.txt') }))).not.toBe('ran')
    expect(files.read('a.txt')).toBe('Alpha\n')
    expect(outcome(await call(wire, 4, write))).toBe('ran')
  })
})

describe('the person behind the client', () => {
  type Question = { id: string; params: { message: string } }
  const asked = (wire: Wire) => wire.request('elicitation/create') as Promise<Question>

  test('is asked, and a yes lets the waiting call run', async () => {
    const { wire, files, write, guard } = await scoped(true)
    const running = call(wire, 1, write)
    const { id, params } = await asked(wire)
    expect(params.message).toContain('write_file')
    expect(params.message).toContain('one ✓')
    expect(files.read('a.txt')).toBe('Alpha\n')
    wire.send({ jsonrpc: '2.0', id, result: { action: 'accept', content: { approve: true } } })
    expect(outcome(await running)).toBe('ran')
    expect(files.read('a.txt')).toBe('one ✓')
    expect(guard.stats().approved).toBe(1)
    // Once: the next one is a question of its own.
    expect(outcome(await call(wire, 2, write))).toBe('replayed')
    const next = call(wire, 3, write)
    wire.send({ jsonrpc: '2.0', id: (await asked(wire)).id, result: { action: 'decline' } })
    expect(outcome(await next)).toBe('step-up')
  })

  test('who says no is not asked again', async () => {
    for (const result of [{ action: 'decline' }, { action: 'accept', content: { approve: false } }]) {
      const { wire, files, write } = await scoped(true)
      const args = { ...write, content: JSON.stringify(result) }
      const running = call(wire, 1, args)
      wire.send({ jsonrpc: '2.0', id: (await asked(wire)).id, result })
      expect((await running).content[0]?.text).toContain('said no')
      const questions = wire.received.filter((l) => l.includes('elicitation/create')).length
      expect((await call(wire, 2, args)).content[0]?.text).toContain('said no')
      expect(wire.received.filter((l) => l.includes('elicitation/create'))).toHaveLength(questions)
      expect(files.read('a.txt')).toBe('Alpha\n')
    }
  })

  test('who does not answer keeps nobody waiting; what is said later answers nothing', async () => {
    const { wire, files, write } = await scoped(true, 1)
    const running = call(wire, 1, write)
    const { id } = await asked(wire)
    expect(outcome(await running)).toBe('step-up')
    wire.send({ jsonrpc: '2.0', id, result: { action: 'accept', content: { approve: true } } })
    expect(outcome(await call(wire, 2, write))).toBe('step-up')
    expect(files.read('a.txt')).toBe('Alpha\n')
  })

  test('is not asked by a client that cannot', async () => {
    const { wire, write } = await scoped(false)
    await call(wire, 1, write)
    expect(wire.received.some((l) => l.includes('elicitation'))).toBe(false)
  })
})

test('an approvals file that others can write is no approval', () => {
  const path = join(temporaryDirectory(), 'approvals')
  const told: string[] = []
  const file = new ApprovalsFile(path, (why) => told.push(why))
  const [w, x, y, z] = ['1', '2', '3', '4'].map((d) => `rescind-hold-${d.repeat(16)}`) as [
    string,
    string,
    string,
    string,
  ]
  const says = (id: string) => file.lastWordOn(id)
  expect(says(x)).toBeUndefined()
  writeFileSync(path, `${w}\n${x} ${y}\n`, { mode: 0o600 })
  expect([says(x), says(z), says('')]).toEqual(['approve', undefined, undefined])
  chmodSync(path, 0o620)
  expect([says(x), says(x)]).toEqual([undefined, undefined])
  expect(told).toHaveLength(1)
})

test('a message gets another id and keeps every other letter', () => {
  const swap = (raw: string) => withId(raw, 'new')
  expect(swap('{"jsonrpc":"2.0", "id" : 12 ,"params":{"id":3,"n":12345678901234567890}}')).toBe(
    '{"jsonrpc":"2.0", "id" :"new","params":{"id":3,"n":12345678901234567890}}',
  )
  expect(swap('{"params":["}\\"",{"id":"a"}],"id":"b,}"}')).toBe('{"params":["}\\"",{"id":"a"}],"id":"new"}')
  // Where a reader might see another id, it is written anew.
  for (const odd of ['{"\\u0069d":1}', '{"id":1,"id":2}', '{"params":{"id":1}}', '', '{{{', '{"id":"'])
    expect(swap(odd)).toBeUndefined()
})
