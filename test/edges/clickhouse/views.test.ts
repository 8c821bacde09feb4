import { readFileSync } from 'node:fs'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../../src/edges/chdb/start.ts'
import { defaultRetention, migrations } from '../../../src/edges/clickhouse/migrations.ts'
import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import { type History, tables } from '../../../src/ports/history.ts'
import { temporaryEngine } from '../chdb/temporary.ts'
import { recorded, records, start } from './records.ts'

let engine: Engine
let client: ClickHouseClient
const open: History[] = []
const opened = async (database: string) => {
  const history = await openHistory({ url: engine.url, ...engine.writer, database })
  open.push(history)
  return history
}
const ask = async (query: string): Promise<Record<string, unknown>[]> => {
  const result = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return await result.json()
}
const rowsOf = (history: History, table: keyof typeof records, late = 0) =>
  records[table].map((record, n) => history.row(table, JSON.stringify(record), recorded + n + late))

async function fill(history: History, token: string, { backwards = false, late = 0 } = {}): Promise<void> {
  for (const table of backwards ? [...tables].reverse() : tables) {
    const rows = rowsOf(history, table, late)
    if (backwards) rows.reverse()
    const half = rows.length >> 1
    expect(await history.insert(table, rows.slice(0, half), `${token}/${table}/1`)).toEqual([])
    expect(await history.insert(table, rows.slice(half), `${token}/${table}/2`)).toEqual([])
  }
}

/** Columns that say when it was written here, not what was written. */
const ofWriting = /^(stored|storing_.*|arrival_.*)$/
const viewsIn = async (database: string): Promise<Map<string, string[]>> => {
  const views = new Map<string, string[]>()
  for (const { table, name } of await ask(
    `SELECT table, name FROM system.columns WHERE database = '${database}' AND startsWith(table, 'v_') ORDER BY table, position`,
  ))
    views.set(String(table), [...(views.get(String(table)) ?? []), String(name)])
  return views
}
const answersOf = async (database: string): Promise<Record<string, string[]>> => {
  const answers: Record<string, string[]> = {}
  for (const [view, columns] of await viewsIn(database)) {
    const kept = columns.filter((name) => !ofWriting.test(name))
    answers[view] = (await ask(`SELECT ${kept.join(', ')} FROM ${database}.${view}`)).map((row) => {
      for (const cell of Object.values(row)) if (Array.isArray(cell)) cell.sort()
      return JSON.stringify(row)
    })
    answers[view].sort()
  }
  return answers
}

beforeAll(async () => {
  engine = await temporaryEngine()
  client = createClient({ url: engine.url, ...engine.writer, log: { level: ClickHouseLogLevel.OFF } })
  await fill(await opened('once'), 'a')
})
afterAll(async () => {
  for (const history of open) await history.close()
  await client.close()
  await engine.close()
})

describe('each record counts once', () => {
  test('every view answers the same when all was delivered twice, in another order, in other batches', async () => {
    const history = await opened('twice')
    // The log took the second copy later; it is stored first.
    await fill(history, 'later', { backwards: true, late: 1000 })
    await fill(history, 'a')
    await fill(history, 'again', { backwards: true })
    const answers = await answersOf('once')
    for (const [view, rows] of Object.entries(answers)) expect([view, rows.length > 0]).toEqual([view, true])
    expect(await answersOf('twice')).toEqual(answers)
  })

  test('and after the copies were merged', async () => {
    const before = await answersOf('twice')
    for (const { name } of await ask(
      "SELECT name FROM system.tables WHERE database = 'twice' AND engine LIKE '%MergeTree'",
    ))
      await client.command({ query: `OPTIMIZE TABLE twice.${name} FINAL` })
    expect(await answersOf('twice')).toEqual(before)
  })

  test('rollups made later, beside live inserts, hold what was stored before', async () => {
    await client.command({ query: 'CREATE DATABASE later ENGINE = Atomic' })
    const run = async (ids: readonly number[]) => {
      for (const { id, statements } of migrations)
        if (ids.includes(id))
          for (const query of statements({ database: 'later', retention: defaultRetention }))
            await client.command({ query })
    }
    await run([1, 2, 5])
    const history = await openHistory({ url: engine.url, ...engine.writer, database: 'later', migrate: false })
    open.push(history)
    await fill(history, 'a')
    await run([3, 4, 6])
    // Again, as after a crash in the middle of a migration.
    await run([3, 4, 6])
    expect(await answersOf('later')).toEqual(await answersOf('once'))
  })

  test('a batch whose rollup failed is given again, and the views are complete', async () => {
    const history = await opened('broken')
    const on = (query: string) => client.command({ query })
    await on('CREATE TABLE broken.trouble (at UInt8) ENGINE = MergeTree ORDER BY at')
    // Before the rollup and after it: the engine takes feeds by name.
    for (const name of ['a_feed', 'z_feed'])
      await on(`CREATE MATERIALIZED VIEW broken.${name} (n UInt64) ENGINE = MergeTree ORDER BY n AS
SELECT count() AS n FROM broken.findings WHERE throwIf((SELECT count() FROM broken.trouble) > 0) = 0`)
    await on('INSERT INTO broken.trouble SELECT 1')
    const rows = rowsOf(history, 'findings')
    await expect(history.insert('findings', rows, 'whole')).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
    await on('TRUNCATE TABLE broken.trouble')
    expect(await history.insert('findings', rows, 'whole')).toEqual([])
    for (const view of ['v_agent_findings', 'v_findings']) {
      const columns = view === 'v_findings' ? 'tenant, id, bits' : '*'
      const said = (database: string) => ask(`SELECT ${columns} FROM ${database}.${view} ORDER BY ALL`)
      expect(await said('broken')).toEqual(await said('once'))
    }
  })
})

describe('what the views say', () => {
  const minute = (n: number) => new Date(start + n * 60_000).toISOString().slice(0, 19).replace('T', ' ')

  test('activity per agent and minute', async () => {
    expect(await ask("SELECT agents, events, denied FROM once.v_activity WHERE tenant = 't' AND denied > 0")).toEqual([
      { agents: 1, events: 4, denied: 1 },
    ])
    expect(
      await ask(
        "SELECT minute, events, attempts, outcomes, denied, failed FROM once.v_agent_activity WHERE tenant = 't' AND agent = 'a' ORDER BY minute",
      ),
    ).toEqual([
      { minute: minute(0), events: 4, attempts: 2, outcomes: 2, denied: 1, failed: 0 },
      { minute: minute(1), events: 1, attempts: 0, outcomes: 1, denied: 0, failed: 1 },
    ])
    expect(
      await ask("SELECT tool, bytes, events FROM once.v_agent_tools WHERE tenant = 't' AND agent = 'a' ORDER BY tool"),
    ).toEqual([
      { tool: 'export', bytes: 30, events: 3 },
      { tool: 'list', bytes: 5, events: 2 },
    ])
  })

  test('findings, evidence and its fading', async () => {
    expect(
      await ask(
        "SELECT minute, detector, mode, agents, findings, bits, max_bits FROM once.v_detector_findings WHERE tenant = 't' ORDER BY minute, detector",
      ),
    ).toEqual([
      { minute: minute(0), detector: 'breadth', mode: 'enforce', agents: 2, findings: 3, bits: 12, max_bits: 6 },
      { minute: minute(0), detector: 'volume', mode: 'shadow', agents: 1, findings: 1, bits: 3, max_bits: 3 },
      { minute: minute(360), detector: 'breadth', mode: 'enforce', agents: 1, findings: 1, bits: 1, max_bits: 1 },
    ])
    const risk = await ask(
      "SELECT minute, evidence_bits, standing_bits FROM once.v_agent_risk WHERE tenant = 't' AND agent = 'a' AND mode = 'enforce' ORDER BY minute",
    )
    // Six hours halve the ten bits of the first minute.
    expect(risk.map((row) => [row.evidence_bits, Number(Number(row.standing_bits).toFixed(6))])).toEqual([
      [10, 10],
      [1, 6],
    ])
  })

  test('noise: of two answers on one finding the later counts, and unreviewed findings count as unreviewed', async () => {
    expect(
      await ask(
        "SELECT detector, mode, findings, reviewed, right, wrong, noise FROM once.v_detector_noise WHERE tenant = 't' ORDER BY detector",
      ),
    ).toEqual([
      { detector: 'breadth', mode: 'enforce', findings: 4, reviewed: 3, right: 2, wrong: 1, noise: 1 / 3 },
      { detector: 'volume', mode: 'shadow', findings: 1, reviewed: 0, right: 0, wrong: 0, noise: null },
    ])
    expect(
      await ask("SELECT finding, verdict, actor, reviews FROM once.v_finding_verdicts WHERE finding = 'f1'"),
    ).toEqual([{ finding: 'f1', verdict: 'right', actor: 'bo', reviews: 2 }])
  })

  test('what became of commands and how long it took', async () => {
    expect(
      await ask(
        'SELECT command, state, mode, automatic, effect_ms, applied_by, refused_by, approved_by, released_by, held, unanswered, updates FROM once.v_commands ORDER BY command',
      ),
    ).toEqual([
      {
        ...{ command: 'c1', state: 'released', mode: 'enforce', automatic: true, effect_ms: 250 },
        ...{ applied_by: ['p1', 'p2'], refused_by: [], approved_by: '', released_by: 'ann' },
        ...{ held: false, unanswered: false, updates: 5 },
      },
      {
        ...{ command: 'c2', state: 'issued', mode: 'enforce', automatic: false, effect_ms: null },
        ...{ applied_by: [], refused_by: [], approved_by: 'bo', released_by: '' },
        ...{ held: true, unanswered: true, updates: 2 },
      },
      {
        ...{ command: 'c3', state: 'partly-applied', mode: 'enforce', automatic: true, effect_ms: 70 },
        ...{ applied_by: ['p2'], refused_by: ['p1'], approved_by: '', released_by: '' },
        ...{ held: false, unanswered: false, updates: 3 },
      },
      {
        ...{ command: 'c4', state: 'proposed', mode: 'shadow', automatic: true, effect_ms: null },
        ...{ applied_by: [], refused_by: [], approved_by: '', released_by: '' },
        ...{ held: false, unanswered: false, updates: 1 },
      },
    ])
    expect(
      await ask('SELECT commands, applied, partly, unanswered, held, released, effect_p50_ms FROM once.v_effect'),
    ).toEqual([{ commands: 3, applied: 2, partly: 1, unanswered: 1, held: 1, released: 1, effect_p50_ms: 250 }])
  })

  test('what each point said of a command, and when all had applied it', async () => {
    expect(
      await ask('SELECT command, point, outcome, expected, why FROM once.v_command_points ORDER BY command, point'),
    ).toEqual([
      { command: 'c1', point: 'p1', outcome: 'applied', expected: false, why: '' },
      { command: 'c1', point: 'p2', outcome: 'applied', expected: false, why: '' },
      { command: 'c3', point: 'p1', outcome: 'refused', expected: true, why: 'unknown agent' },
      { command: 'c3', point: 'p2', outcome: 'applied', expected: true, why: '' },
    ])
    expect(
      await ask(
        "SELECT command, partly, applied_everywhere_at IS NOT NULL AS everywhere FROM once.v_commands WHERE command IN ('c1', 'c3') ORDER BY command",
      ),
    ).toEqual([
      { command: 'c1', partly: false, everywhere: 1 },
      { command: 'c3', partly: true, everywhere: 0 },
    ])
  })

  test('points, traces, dead letters, lag', async () => {
    expect(
      await ask(
        "SELECT minute, events, lowest_seq, highest_seq, missing FROM once.v_points WHERE point = 'p1' ORDER BY minute",
      ),
    ).toEqual([
      { minute: minute(0), events: 4, lowest_seq: 1, highest_seq: 5, missing: 1 },
      { minute: minute(1), events: 1, lowest_seq: 6, highest_seq: 6, missing: 0 },
    ])
    expect(await ask('SELECT trace, agents, principals, longest_chain, events FROM once.v_traces')).toEqual([
      {
        trace: 'trace-1',
        agents: expect.arrayContaining(['a', 'b']),
        principals: ['ada'],
        longest_chain: ['ada', 'a', 'b'],
        events: 3,
      },
    ])
    expect(await ask('SELECT stage, code, letters FROM once.v_dead_letters_per_minute ORDER BY code')).toEqual([
      { stage: 'decode', code: 'FIELD_TYPE', letters: 2 },
      { stage: 'decode', code: 'NOT_JSON', letters: 1 },
    ])
    const lag = await ask(
      "SELECT sum(records) AS n, max(arrival_max_ms) AS late, min(storing_p50_ms) >= 0 AS waits FROM once.v_history_lag WHERE source = 'dead_letters'",
    )
    expect(lag).toEqual([{ n: 3, late: recorded + 2 - start, waits: 1 }])
  })

  test('an act that claims a time beyond 2106 is kept, and shows in no other minute', async () => {
    const history = await opened('future')
    const event = { ...records.events[0], id: 'far', time: 8_640_000_000_000_000 }
    await history.insert('events', [history.row('events', JSON.stringify(event), recorded)], 'far')
    expect(await ask('SELECT id FROM future.v_events')).toEqual([{ id: 'far' }])
    expect(await ask('SELECT agent, toYear(last_seen) AS year FROM future.v_agents')).toEqual([
      { agent: 'a', year: 2299 },
    ])
    for (const view of ['v_activity', 'v_agent_activity', 'v_agent_actions', 'v_agent_tools', 'v_points', 'v_traces'])
      expect(await ask(`SELECT * FROM future.${view}`)).toEqual([])
  })
})

test('docs/history.md lists every view with its columns', async () => {
  const page = readFileSync(new URL('../../../docs/history.md', import.meta.url), 'utf8')
  const listed = new Map<string, string[]>()
  for (const [, view = '', rest = ''] of page.matchAll(/^\| `(v_\w+)` \|(.*)\|$/gm))
    listed.set(
      view,
      [...(rest.split('|').at(-1) ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    )
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(await viewsIn('once')))
})
