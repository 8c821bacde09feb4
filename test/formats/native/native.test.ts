import { describe, expect, test } from 'vitest'
import { event, least, received, refused, run } from '../samples.ts'

describe('what is read', () => {
  test('a full event, unchanged', () => {
    expect(run(event()).events).toEqual([event()])
  })

  test('the least event gets the default tenant', () => {
    expect(run(least()).events).toEqual([{ ...least(), tenant: 'default' }])
  })

  test('an array, and an empty one that is not silence', () => {
    expect(run([least(), event()]).events).toHaveLength(2)
    expect(run([])).toEqual({ events: [], rejects: [], ignored: 0 })
  })

  test('NDJSON, by media type or by its looks', () => {
    const body = `${JSON.stringify(least())}\r\n\n  ${JSON.stringify(event())}\n`
    expect(run(body).events).toHaveLength(2)
    expect(run(body, { contentType: 'application/x-ndjson; charset=utf-8' }).events).toHaveLength(2)
    expect(run(JSON.stringify(least()), { contentType: 'application/jsonl' }).events).toHaveLength(1)
  })

  test('one document over several lines, and a byte order mark', () => {
    expect(run(JSON.stringify(event(), null, 2)).events).toHaveLength(1)
    expect(run(`\uFEFF${JSON.stringify([event()], null, 2)}\n`).events).toHaveLength(1)
  })

  test('unknown extra fields are kept', () => {
    const extra = { ...event(), vendor: { model: 'x', scores: [1, 2] } }
    expect(run(extra).events).toEqual([extra])
  })

  test.each([
    ['2026-01-31T12:00:00Z', received],
    ['2026-01-31t13:30:00.1239+01:30', received + 123],
    ['2026-01-31 11:59:59.999999999z', received - 1],
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59)],
    [received + 0.75, received],
  ])('time %s', (time, millis) => {
    expect(run({ ...least(), time }).events[0]?.time).toBe(millis)
  })

  test('lone surrogates become U+FFFD, in values, keys and extra fields, escaped or not', () => {
    const body = JSON.stringify(least()).replace('"e1"', '"e\\ud800","x\\uDFFF":["\ud83d","\\ud83d\\ude00"]')
    expect(run(body).events[0]).toEqual({ ...least(), id: 'e\ufffd', 'x\ufffd': ['\ufffd', '😀'], tenant: 'default' })
  })

  test('a __proto__ key is dropped, however written, and pollutes nothing', () => {
    const body = JSON.stringify(least()).replace(
      '{"id":"a"}',
      '{"id":"a"},"__proto__":{"x":1},"y":{"\\u005f_proto__":{"principal":"p"}}',
    )
    const [found] = run(body).events
    expect(JSON.stringify(found)).toBe(JSON.stringify({ ...least(), y: {}, tenant: 'default' }))
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('what is refused, with the field, what was expected, what was found and the fix', () => {
  test.each([
    [
      { id: undefined },
      'FIELD_MISSING',
      '/id',
      '/id is missing. Add text of 1 to 512 characters. Unique within the tenant',
    ],
    [{ agent: undefined }, 'FIELD_MISSING', '/agent', '/agent is missing. Add an object.'],
    [{ agent: {} }, 'FIELD_MISSING', '/agent/id', 'The acting workload, as the enforcement point knows it.'],
    [{ agent: 'a' }, 'FIELD_TYPE', '/agent', '/agent must be an object; found the text "a".'],
    [{ agent: { id: 7 } }, 'FIELD_TYPE', '/agent/id', 'must be text of 1 to 512 characters; found the number 7.'],
    [{ kind: 'boom' }, 'FIELD_VALUE', '/kind', 'must be one of "attempt", "outcome", "task-start"'],
    [{ kind: 1 }, 'FIELD_TYPE', '/kind', 'found the number 1.'],
    [{ action: 'steal' }, 'FIELD_VALUE', '/action', 'must be one of "read", "list"'],
    [{ principal: null }, 'FIELD_TYPE', '/principal', 'found null. Leave the field out when there is no value.'],
    [{ principal: '' }, 'FIELD_VALUE', '/principal', 'found the text "".'],
    [{ id: 'x'.repeat(513) }, 'FIELD_VALUE', '/id', 'must be text of 1 to 512 characters; found the text "xxx'],
    [{ agent: { id: 'a\u0000' } }, 'FIELD_VALUE', '/agent/id', 'must be text of 1 to 512 characters without control'],
    [{ session: 'a\u001b[2J' }, 'FIELD_VALUE', '/session', 'without control characters'],
    [{ tenant: '\u0000shared' }, 'FIELD_VALUE', '/tenant', 'without / and control characters'],
    [
      { result: { bytes: -1 } },
      'FIELD_VALUE',
      '/result/bytes',
      'must be an integer from 0 to 9007199254740991; found the number -1.',
    ],
    [{ result: { bytes: 1.5 } }, 'FIELD_TYPE', '/result/bytes', 'found the number 1.5.'],
    [{ chain: [{ id: 'a' }, {}] }, 'FIELD_MISSING', '/chain/1/id', 'A delegate.'],
    [
      { chain: Array(33).fill({ id: 'a' }) },
      'FIELD_VALUE',
      '/chain',
      'an array of at most 32 items; found an array of 33.',
    ],
    [{ time: 'yesterday' }, 'FIELD_VALUE', '/time', 'RFC 3339'],
    [{ time: '2026-02-30T00:00:00Z' }, 'FIELD_VALUE', '/time', 'RFC 3339'],
    [{ time: '2026-01-31T12:00:00' }, 'FIELD_VALUE', '/time', 'RFC 3339'],
    [{ time: true }, 'FIELD_TYPE', '/time', 'found the boolean true.'],
    [{ time: undefined }, 'FIELD_MISSING', '/time', 'When the act happened.'],
    [{ time: received / 1000 }, 'FIELD_VALUE', '/time', 'multiply by 1000'],
    [{ time: received + 300_001 }, 'TIME_AHEAD', '/time', 'Set the clock of the sender.'],
    [{ time: received * 1000 }, 'TIME_AHEAD', '/time', 'send milliseconds'],
  ])('%o', (change, code, field, reason) => {
    const body = { ...least(), ...change }
    const reject = refused(body)
    expect(reject).toMatchObject({
      code,
      field,
      stage: 'decode',
      format: 'native',
      time: received,
      raw: JSON.stringify(body),
    })
    expect(reject.reason).toContain(reason)
  })

  test('an event five minutes ahead is still taken', () => {
    expect(run({ ...least(), time: received + 300_000 }).events).toHaveLength(1)
  })

  test('one bad record among good ones, with its place', () => {
    const array = run([least(), 5, { ...least(), kind: 0 }])
    expect(array.events).toHaveLength(1)
    expect(array.rejects.map(({ field, raw }) => [field, raw])).toEqual([
      ['/1', '5'],
      ['/2/kind', JSON.stringify({ ...least(), kind: 0, tenant: 'default' })],
    ])
    const lines = run(`${JSON.stringify(least())}\n{"id":\n7\n`, { contentType: 'application/x-ndjson' })
    expect(lines.events).toHaveLength(1)
    expect(lines.rejects.map(({ code }) => code)).toEqual(['JSON_SYNTAX', 'FIELD_TYPE'])
    expect(lines.rejects.map(({ reason }) => reason.slice(0, 8))).toEqual(['Line 2: ', 'Line 3: '])
  })

  test('too large, too deep', () => {
    expect(refused({ ...least(), x: 'y'.repeat(256 * 1024) }).code).toBe('TOO_LARGE')
    expect(refused({ ...least(), x: '€'.repeat(90 * 1024) }).code).toBe('TOO_LARGE')
    expect(refused([{ ...least(), x: 'y'.repeat(256 * 1024) }]).code).toBe('TOO_LARGE')
    expect(refused(`{"x":"${'y'.repeat(256 * 1024)}"}`, { contentType: 'application/x-ndjson' }).code).toBe('TOO_LARGE')
    const nested = (levels: number) =>
      `{"id":"e1","time":${received},"kind":"heartbeat","agent":{"id":"a"},"x":${'['.repeat(levels)}${']'.repeat(levels)}}`
    expect(run(nested(31)).events).toHaveLength(1)
    expect(refused(nested(32)).code).toBe('TOO_DEEP')
    expect(refused(nested(100_000)).code).toBe('TOO_DEEP')
    expect(refused(`[${nested(100_000)}]`).code).toBe('TOO_DEEP')
  })

  test('a large batch of small events is not too large', () => {
    expect(run(Array.from({ length: 1000 }, event)).events).toHaveLength(1000)
  })
})
