import { beforeAll, expect, test } from 'vitest'
import { refusalCodes } from '../../src/formats/format.ts'
import type { Reject } from '../../src/model/reject.ts'
import { recent } from '../support/api.ts'
import { built } from '../support/build.ts'
import { idsOf, lookInto, valuesOf } from '../support/log.ts'
import { mutated } from '../support/mutate.ts'
import { pick, seeded } from '../support/random.ts'
import { type Service, startService } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

beforeAll(built)

const lines = 9_000
const perBody = 250
const singles = 1_000
const mediaTypes = [
  'application/json',
  'application/json',
  'text/plain',
  'application/xml',
  'application/cloudevents+json',
]

interface Told {
  accepted: number
  rejected: number
}

/** Each body’s answer must account for each of its records, whether any was accepted or none. */
async function handIn(service: Service, body: string, type: string, records: number): Promise<Told> {
  const { status, body: told } = await service.post(body, type)
  expect([202, 400], body.slice(0, 200)).toContain(status)
  expect(told.accepted + told.rejected, `${type}: ${body.slice(0, 200)}`).toBe(records)
  return told
}

test('10,000 mutated records: every one is an event or a dead letter, on disk and in history, and the process lives', {
  timeout: 60_000,
}, async () => {
  const random = seeded(20_261_121)
  const service = await startService(temporaryDirectory())
  const record = (n: number) =>
    mutated(recent({ id: `m-${n}`, agent: { id: `agent-${n % 50}` }, task: { id: `t-${n % 200}` } }), random, n)
  const total: Told = { accepted: 0, rejected: 0 }
  const count = ({ accepted, rejected }: Told) => {
    total.accepted += accepted
    total.rejected += rejected
  }
  for (let n = 0; n < lines; n += perBody) {
    const body = Array.from({ length: perBody }, (_, i) => record(n + i)).join('\n')
    count(await handIn(service, body, 'application/x-ndjson', perBody))
  }
  for (let n = 0; n < singles; n += 10)
    for (const told of await Promise.all(
      Array.from({ length: 10 }, (_, i) => handIn(service, record(lines + n + i), pick(mediaTypes, random), 1)),
    ))
      count(told)

  expect(total.accepted + total.rejected).toBe(lines + singles)
  expect(total.accepted).toBeGreaterThan(1_000)
  expect(total.rejected).toBeGreaterThan(1_000)
  expect(await service.metric('rescind_events_accepted_total')).toBe(total.accepted)
  expect(await service.metric('rescind_events_rejected_total')).toBe(total.rejected)

  // It still does its work: an ordinary event is an agent’s act within moments.
  await service.post(JSON.stringify(recent({ agent: { id: 'after' } })), 'application/json')
  await until('the flow is through', async () =>
    (await service.get<{ agent?: object }>('/v1/agents/after')).agent === undefined ? undefined : true,
  )
  const stored = await until('all is in history', async () => {
    if ((await service.metric('rescind_history_lag_records')) > 0) return undefined
    const events = await service.sql('SELECT tenant, id FROM rescind.events FINAL')
    const letters = await service.sql('SELECT id FROM rescind.dead_letters FINAL')
    return events.length > 0 && letters.length > 0 ? { events, letters } : undefined
  })
  expect(await service.metric('rescind_history_rejected_total')).toBe(0)
  expect(await service.stop()).toBe(0)

  await lookInto(service.data, async (log) => {
    const events = await valuesOf(log, 'events', 'events')
    expect(events.length).toBe(total.accepted + 1)
    const keys = events.map((each) => JSON.parse(each) as { tenant: string; id: string }).map((e) => [e.tenant, e.id])
    expect(new Set(stored.events.map(String))).toEqual(new Set(keys.map(String)))
    expect(events.filter((each) => each.includes('"owned"') || !each.isWellFormed())).toEqual([])

    const letters = await valuesOf(log, 'dead-letters')
    expect(letters.length).toBe(total.rejected)
    expect(new Set(stored.letters.map(([id]) => id))).toEqual(new Set(idsOf(letters)))
    for (const { stage, code, reason, rawBytes, raw } of letters.map((each) => JSON.parse(each) as Reject)) {
      expect(stage).toBe('decode')
      expect(Object.keys(refusalCodes)).toContain(code)
      expect(code, raw.slice(0, 300)).not.toBe('DECODER_FAULT')
      expect(reason.length).toBeGreaterThan(10)
      expect(rawBytes).toBeGreaterThan(0)
    }
    const codes = new Set(letters.map((each) => (JSON.parse(each) as Reject).code))
    for (const code of [
      'JSON_SYNTAX',
      'FIELD_MISSING',
      'FIELD_TYPE',
      'FIELD_VALUE',
      'TIME_AHEAD',
      'TOO_DEEP',
      'TOO_LARGE',
    ])
      expect([...codes]).toContain(code)
  })
})
