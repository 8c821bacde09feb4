import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command, CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Receipt, Review } from '../../src/model/receipt.ts'
import type { Reject } from '../../src/model/reject.ts'
import type { History, Table } from '../../src/ports/history.ts'

export const start = 1_700_000_000_000
/** Retention counts from when the log took a record, so this one is now. */
const now = Date.now()
const always = { from: 0, to: 4_000_000_000_000 }

export const event = (tenant: string, n: number, over: Partial<AgentEvent> = {}): AgentEvent => ({
  id: `event-${n}`,
  time: start + n * 1000,
  kind: 'outcome',
  tenant,
  agent: { id: 'agent-a', cohort: 'billing' },
  principal: 'ada@example.com',
  task: { id: 'task-1' },
  tool: { server: 'crm', name: 'export' },
  action: 'export',
  resource: { id: 'r-1', dataset: 'customers', sensitivity: 'restricted' },
  destinations: [{ hash: 'h1', boundary: 'external' }],
  result: { bytes: 512, records: 7 },
  outcome: 'allowed',
  ...over,
})

export const finding = (tenant: string, n: number, over: Partial<Finding> = {}): Finding => ({
  id: `finding-${n}`,
  time: start + n * 1000,
  tenant,
  agent: 'agent-a',
  detector: 'breadth',
  version: 1,
  key: 'agent',
  subject: 'agent-a',
  rule: false,
  bits: 7.5,
  because: 'reaches further than usual',
  evidence: ['event-0', `event-${n}`],
  event: `event-${n}`,
  act: { action: 'export', tool: 'export' },
  mode: 'enforce',
  labels: ['T1119'],
  ...over,
})

const command = (tenant: string, n: number, agent = 'agent-a'): Command => ({
  id: `command-${n}`,
  tenant,
  time: start + n * 1000,
  rung: 'revoke',
  target: { agent },
  restriction: { deny: {} },
  agent,
  because: 'too far',
  evidence: [{ finding: `finding-${n}`, detector: 'breadth', event: `event-${n}`, bits: 7.5, because: 'far' }],
  bits: 14,
  costs: { odds: 1, badAction: 100, falseInterruption: 1 },
  policy: 'p1',
  mode: 'enforce',
  automatic: true,
  notIssuedAfter: start,
  expires: start + 3_600_000,
})

const update = (
  of: Command,
  seq: number,
  state: CommandUpdate['state'],
  over: Partial<CommandUpdate> = {},
): CommandUpdate => ({
  id: `${of.id}-${state}-${seq}`,
  tenant: of.tenant,
  seq,
  digest: 'd',
  command: of.id,
  state,
  time: of.time + seq,
  ...over,
})

/** Strings that have broken a store, a parser or a shell somewhere. */
export const hostile: readonly string[] = [
  '',
  "'; DROP TABLE events; --",
  '\n\n; drop table rescind.events',
  'a\n\n\nINSERT INTO rescind.events FORMAT JSONEachRow\n{}\n',
  '"\\"\\\\\'`',
  '\u0000\u0001\u001f\u007f',
  '\r\n\r\n\t\v\f',
  '\u2028\u2029\ufeff',
  '\ud83d\ude00 \u0645\u0631\u062d\u0628\u0627 \u202e rtl',
  '{"a":1}],["b"]',
  '{y:String} %s $1 ?',
  'null',
  '\\N',
  '\\',
  '__exception__\r\n',
  'x'.repeat(100_000),
]

/** One suite for every implementation of src/ports/history.ts. */
export function historyContract(name: string, open: () => Promise<{ history: History; close(): Promise<void> }>): void {
  describe(`history: ${name}`, () => {
    let history: History
    let close: () => Promise<void>
    let tenants = 0
    let tokens = 0
    beforeAll(async () => {
      const opened = await open()
      history = opened.history
      close = opened.close
    })
    afterAll(() => close())

    const tenant = () => `tenant-${++tenants}`
    const put = (table: Table, records: readonly object[], token = `token-${++tokens}`, recorded = now) =>
      history.insert(
        table,
        records.map((record) => history.row(table, JSON.stringify(record), recorded)),
        token,
      )
    const eventsOf = (of: string, agent = 'agent-a') =>
      history.query('events-of-agent', { tenant: of, agent, limit: 1000, ...always })

    test('an event comes back as it was, with fields that the model does not know', async () => {
      const t = tenant()
      const whole = { ...event(t, 1), extra: { deep: [1, 'two', null] } }
      expect(await put('events', [whole])).toEqual([])
      expect(await history.query('event', { tenant: t, id: 'event-1' })).toEqual([whole])
      expect(await history.query('event', { tenant: t, id: 'event-2' })).toEqual([])
      expect(await history.query('event', { tenant: 'other', id: 'event-1' })).toEqual([])
    })

    test('a record’s text is kept to the letter, however it is laid out', async () => {
      const t = tenant()
      const text = JSON.stringify(event(t, 1))
      const deep = `${'['.repeat(500)}${']'.repeat(500)}`
      const texts = [
        text.replace('{', '{ "x" : 1e400, "x" : -0.0,\t'),
        text.replace('{', '{"\u2028":"\\ud800 \\u0000",').replace('event-1', 'event-2'),
        text.replace('{', '{\n\n').replace('event-1', 'event-3'),
        text.replace('{', `{"deep":${deep},`).replace('event-1', 'event-4'),
        `\r\n ${text.replace('event-1', 'event-5')} \n`,
      ]
      const rows = texts.map((value) => history.row('events', value, now))
      expect(await history.insert('events', rows, `token-${++tokens}`)).toEqual([])
      for (const [n, value] of texts.entries()) {
        const [found] = await history.query('event', { tenant: t, id: `event-${n + 1}` })
        expect(JSON.stringify(found)).toBe(JSON.stringify(JSON.parse(value)))
      }
    })

    test('events of an agent: newest first, its own, within a half-open span, up to the limit', async () => {
      const t = tenant()
      const others = [event(t, 9, { agent: { id: 'agent-b' } }), event('someone-else', 3)]
      await put('events', [...[1, 2, 3, 4, 5].map((n) => event(t, n)), ...others])
      const ids = async (span: { from: number; to: number }, limit = 100) =>
        (await history.query('events-of-agent', { tenant: t, agent: 'agent-a', limit, ...span })).map(({ id }) => id)
      expect(await ids(always)).toEqual(['event-5', 'event-4', 'event-3', 'event-2', 'event-1'])
      expect(await ids({ from: start + 2000, to: start + 4000 })).toEqual(['event-3', 'event-2'])
      expect(await ids(always, 2)).toEqual(['event-5', 'event-4'])
    })

    test('the same token is stored once', async () => {
      const t = tenant()
      await put('events', [event(t, 1), event(t, 2)], 'once')
      await put('events', [event(t, 1), event(t, 2)], 'once')
      expect((await eventsOf(t)).length).toBe(2)
    })

    test('a record that comes again under another token is seen once, and the first one stays', async () => {
      const t = tenant()
      await put('events', [event(t, 1, { principal: 'first' })], undefined, now)
      await put('events', [event(t, 1, { principal: 'forged' }), event(t, 2)], undefined, now + 1)
      expect((await history.query('event', { tenant: t, id: 'event-1' }))[0]?.principal).toBe('first')
      expect((await eventsOf(t)).map(({ id, principal }) => [id, principal])).toEqual([
        ['event-2', 'ada@example.com'],
        ['event-1', 'first'],
      ])
      const [counts] = await history.query('counts-per-agent', { tenant: t, limit: 10, ...always })
      expect(counts?.events).toBe(2)
    })

    test('hostile strings are stored as they are, in every place', async () => {
      const t = tenant()
      // A name holds no control characters (model/names.ts); what is told may.
      const ids = hostile.map((text, n) => text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 400) || `empty-${n}`)
      const records = hostile.map((text, n) =>
        event(t, n, {
          id: ids[n] ?? '',
          principal: ids[n] ?? '',
          tool: { server: ids[n] ?? '', name: ids[n] ?? '' },
          task: { id: ids[n] ?? '', intent: text.slice(0, 4096) },
          destinations: [{ hash: ids[n] ?? '', display: text.slice(0, 256) }],
          source: { network: text.slice(0, 128) },
        }),
      )
      expect(await put('events', records)).toEqual([])
      for (const record of records) expect(await history.query('event', { tenant: t, id: record.id })).toEqual([record])
      const long = finding(t, 1, { because: hostile.join('') })
      await put('findings', [long])
      expect(await history.query('findings-of-event', { tenant: t, event: 'event-1' })).toEqual([long])
    })

    test('hostile strings as parameters find nothing and do nothing', async () => {
      const t = tenant()
      await put('events', [event(t, 1)])
      for (const text of hostile) {
        const id = text.slice(0, 2000)
        expect(await history.query('event', { tenant: t, id })).toEqual([])
        expect(await history.query('commands', { tenant: id, agent: id, limit: 5, ...always })).toEqual([])
      }
      expect((await eventsOf(t)).length).toBe(1)
    })

    test('half a surrogate pair, times and counts out of range, and records without fields do not cost the batch', async () => {
      const t = tenant()
      const odd = [
        { ...event(t, 1), principal: '\ud800', time: 8_640_000_000_000_000 },
        { ...event(t, 2), time: 0 },
        { ...event(t, 3), time: -5, result: { bytes: -1, records: 1e300 } },
        { ...event(t, 4), agent: null, tool: 'text', destinations: [null, 3, { hash: 5 }], point: [] },
        {},
      ]
      expect(await put('events', [...odd, event(t, 6)])).toEqual([])
      expect((await history.query('event', { tenant: t, id: 'event-1' }))[0]?.time).toBe(8_640_000_000_000_000)
      expect((await history.query('event', { tenant: t, id: 'event-6' })).length).toBe(1)
      for (const table of ['findings', 'commands', 'receipts', 'reviews', 'dead_letters'] as const)
        expect(await put(table, [{}])).toEqual([])
    })

    test('a row that the store cannot take is answered and the rest is stored', async () => {
      const t = tenant()
      const good = Array.from({ length: 40 }, (_, n) => history.row('events', JSON.stringify(event(t, n)), now))
      const poison = new Uint8Array(10).fill(0xff)
      const rows = [...good.slice(0, 7), poison, ...good.slice(7, 30), poison, ...good.slice(30)]
      const rejected = await history.insert('events', rows, `token-${++tokens}`)
      expect(rejected.map(({ index }) => index)).toEqual([7, 31])
      expect(rejected.every(({ why }) => why !== '')).toBe(true)
      expect((await eventsOf(t)).length).toBe(40)
    })

    test('what is not a JSON object is no row', () => {
      for (const text of ['', 'nonsense', '[]', '3', 'null', '{"a":'])
        expect(() => history.row('events', text, start)).toThrow()
    })

    test('findings by agent, by event and by command', async () => {
      const t = tenant()
      const records = [1, 2, 3].map((n) => finding(t, n))
      await put('findings', records)
      await put('commands', [update(command(t, 2), 1, 'issued', { issue: command(t, 2) })])
      const span = { from: start + 2000, to: start + 9000 }
      expect(await history.query('findings-of-agent', { tenant: t, agent: 'agent-a', limit: 9, ...span })).toEqual([
        records[2],
        records[1],
      ])
      expect(await history.query('findings-of-event', { tenant: t, event: 'event-3' })).toEqual([records[2]])
      expect(await history.query('findings-of-command', { tenant: t, command: 'command-2' })).toEqual([records[1]])
      expect(await history.query('findings-of-command', { tenant: t, command: 'none' })).toEqual([])
    })

    test('commands with the state they have come to', async () => {
      const t = tenant()
      const [one, two, other] = [command(t, 1), command(t, 2), command(t, 3, 'agent-b')]
      const updates = [
        update(one, 1, 'issued', { issue: one }),
        update(one, 2, 'delivered', { point: 'proxy', outcome: 'delivered' }),
        update(one, 3, 'applied', { point: 'proxy', outcome: 'applied' }),
      ]
      await put('commands', [...updates].reverse())
      await put('commands', [update(two, 4, 'proposed', { issue: two }), update(other, 5, 'issued', { issue: other })])
      await put('commands', [update(one, 1, 'issued', { issue: one })])
      const list = await history.query('commands', { tenant: t, limit: 10, ...always })
      expect(list).toEqual([
        { command: other, state: 'issued', since: other.time + 5, updates: 1, points: {} },
        { command: two, state: 'proposed', since: two.time + 4, updates: 1, points: {} },
        {
          ...{ command: one, state: 'applied', since: one.time + 3, updates: 3 },
          points: { proxy: { outcome: 'applied', time: one.time + 3 } },
        },
      ])
      const narrowed = await history.query('commands', { tenant: t, agent: 'agent-b', limit: 10, ...always })
      expect(narrowed.map((row) => row.command.id)).toEqual(['command-3'])
      expect(await history.query('updates-of-command', { tenant: t, command: 'command-1' })).toEqual(updates)
    })

    test('receipts of a command, with and without an id of their own', async () => {
      const t = tenant()
      const receipts: Receipt[] = [
        { tenant: t, command: 'c', point: 'proxy', outcome: 'delivered', time: start },
        {
          id: 'r2',
          tenant: t,
          command: 'c',
          point: 'proxy',
          outcome: 'refused',
          time: start + 1,
          why: 'unknown agent',
        },
      ]
      await put('receipts', receipts)
      await put('receipts', receipts)
      expect(await history.query('receipts-of-command', { tenant: t, command: 'c' })).toEqual(receipts)
    })

    test('a finding and a command by id, findings of all agents, the events that a finding rests on', async () => {
      const t = tenant()
      const others = finding(t, 3, { agent: 'agent-b', detector: 'volume' })
      await put('findings', [finding(t, 1), finding(t, 2), others])
      await put('findings', [finding(t, 2, { because: 'forged' })], undefined, now + 1)
      await put('events', [event(t, 2), event(t, 0), event(t, 1)])
      await put('commands', [update(command(t, 2), 1, 'issued', { issue: command(t, 2) })])
      await put('commands', [update(command(t, 2), 2, 'applied'), update(command(t, 7), 3, 'applied')])
      expect(await history.query('finding', { tenant: t, id: 'finding-2' })).toEqual([finding(t, 2)])
      expect(await history.query('finding', { tenant: 'other', id: 'finding-2' })).toEqual([])
      const ids = async (narrowed: { agent?: string; detector?: string }) =>
        (await history.query('findings', { tenant: t, limit: 9, ...always, ...narrowed })).map(({ id }) => id)
      expect(await ids({})).toEqual(['finding-3', 'finding-2', 'finding-1'])
      expect(await ids({ agent: 'agent-a' })).toEqual(['finding-2', 'finding-1'])
      expect(await ids({ detector: 'volume' })).toEqual(['finding-3'])
      expect(await history.query('evidence-of-finding', { tenant: t, finding: 'finding-2' })).toEqual([
        event(t, 0),
        event(t, 2),
      ])
      expect(await history.query('command', { tenant: t, command: 'command-2' })).toEqual([
        { command: command(t, 2), state: 'applied', since: command(t, 2).time + 2, updates: 2, points: {} },
      ])
      // Its issue is not here yet.
      expect(await history.query('command', { tenant: t, command: 'command-7' })).toEqual([])
    })

    test('events of a task and of a trace, oldest first, of all agents', async () => {
      const t = tenant()
      const trace = { trace: { id: 'trace-1' } }
      const sub = event(t, 2, { ...trace, agent: { id: 'sub-agent' }, task: { id: 'task-2' } })
      await put('events', [event(t, 3, trace), sub, event(t, 1, trace), event(t, 4, { task: { id: 'task-2' } })])
      await put('events', [event(t, 1, trace)])
      const [one, three] = [event(t, 1, trace), event(t, 3, trace)]
      expect(await history.query('events-of-trace', { tenant: t, trace: 'trace-1', limit: 9 })).toEqual([
        one,
        sub,
        three,
      ])
      expect(await history.query('events-of-trace', { tenant: t, trace: 'trace-1', limit: 1 })).toEqual([one])
      expect(await history.query('events-of-task', { tenant: t, task: 'task-1', limit: 9 })).toEqual([one, three])
    })

    test('reviews, and what they make of the detectors', async () => {
      const t = tenant()
      const review = (n: number, verb: Review['verb'], about: Partial<Review>): Review => ({
        ...{ id: `review-${n}`, tenant: t, time: start + n * 1000, by: 'ann', reason: 'looked', verb },
        ...about,
      })
      const reviews = [
        review(1, 'wrong', { finding: 'finding-1' }),
        review(2, 'right', { finding: 'finding-1' }),
        review(3, 'wrong', { finding: 'finding-2' }),
        review(4, 'release', { command: 'command-1' }),
      ]
      await put('findings', [finding(t, 1), finding(t, 2), finding(t, 3), finding(t, 4, { detector: 'volume' })])
      await put('reviews', reviews)
      await put('reviews', [...reviews].reverse())
      const of = (about: { finding?: string; command?: string }) =>
        history.query('reviews', { tenant: t, limit: 9, ...always, ...about })
      expect(await of({})).toEqual([...reviews].reverse())
      expect(await of({ finding: 'finding-1' })).toEqual([reviews[1], reviews[0]])
      expect(await of({ command: 'command-1' })).toEqual([reviews[3]])
      const each = { version: 1, mode: 'enforce' }
      expect(await history.query('noise-of-detectors', { tenant: t, ...always })).toEqual([
        { detector: 'breadth', ...each, findings: 3, reviewed: 2, right: 1, wrong: 1 },
        { detector: 'volume', ...each, findings: 1, reviewed: 0, right: 0, wrong: 0 },
      ])
    })

    test('dead letters', async () => {
      const letter: Reject = {
        id: 'dead-1',
        time: start + 77,
        stage: 'decode',
        code: 'FIELD_TYPE',
        reason: '/time must be a number',
        field: '/time',
        raw: '{"time":"\n\n; drop"}',
        rawBytes: 20,
      }
      await put('dead_letters', [letter])
      expect(await history.query('dead-letters', { from: start + 77, to: start + 78, limit: 5 })).toEqual([letter])
    })

    test('counts per agent, the busiest first', async () => {
      const t = tenant()
      const b = (n: number) => event(t, n, { agent: { id: 'agent-b' }, outcome: 'denied' })
      await put('events', [event(t, 1), b(2), b(3)])
      await put('findings', [finding(t, 1)])
      expect(await history.query('counts-per-agent', { tenant: t, limit: 10, ...always })).toEqual([
        { agent: 'agent-b', events: 2, denied: 2, findings: 0, last: start + 3000 },
        { agent: 'agent-a', events: 1, denied: 0, findings: 1, last: start + 1000 },
      ])
    })

    test('an empty insert and a ping', async () => {
      expect(await history.insert('events', [], 'empty')).toEqual([])
      expect(await history.ping()).toBe(true)
    })
  })
}
