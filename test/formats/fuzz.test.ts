import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOver } from '../../src/formats/kit/text.ts'
import type { Raw } from '../../src/model/raw.ts'
import { event, least, received, run, sample } from './samples.ts'

/** Values that break decoders. */
const nasty = fc.oneof(
  fc.anything({ maxDepth: 3, withBigInt: false }).filter((value) => value !== undefined),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    ...[
      '',
      '\ud800',
      '\udc00x',
      'x'.repeat(600),
      'x'.repeat(300_000),
      '__proto__',
      'constructor',
      '2026-13-01T00:00:00Z',
    ],
    ...[null, true, -1, -0, 0.5, 1e308, Number.MAX_SAFE_INTEGER + 2, received * 1000, received / 1000, 8.64e15],
    ...[[], {}, [[]], [null], { __proto__: null }, { id: {} }, Array(100).fill({ id: 'x' })],
  ),
  fc.integer({ min: 1, max: 60 }).map((levels) => {
    let value: unknown = 1
    for (let at = 0; at < levels; at++) value = at % 2 === 0 ? [value] : { a: value }
    return value
  }),
  fc.constantFrom('\ud83d', '__PROTO__').map((text) => ({ [text]: text, deep: [text] })),
)

type Path = readonly (string | number)[]
/** Every place in a JSON value. */
function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...path, key]))]
}
/** A copy with something put, taken out or added at a place. */
function mutate(value: unknown, path: Path, what: 'put' | 'drop' | 'add', by: unknown): unknown {
  const copy = structuredClone(value)
  const [last, ...rest] = [...path].reverse()
  if (last === undefined) return what === 'put' ? by : copy
  let holder = copy as Record<string, unknown>
  for (const key of rest.reverse()) holder = holder[key] as Record<string, unknown>
  if (what === 'put') holder[last] = by
  else if (what === 'drop') delete holder[last]
  else if (!Array.isArray(holder)) holder[`x-${last}`] = by
  return copy
}

const bases = [
  event(),
  least(),
  [event(), least()],
  JSON.parse(sample('otlp-agent.json')),
  JSON.parse(sample('otlp-mcp.json')),
  { specversion: '1.0', id: '1', source: '/s', type: 'x.outcome', time: '2026-01-31T12:00:00Z', data: event() },
]
const mutated = fc
  .constantFrom(...bases)
  .chain((base) =>
    fc
      .array(
        fc.tuple(
          fc.constantFrom(...paths(base)),
          fc.constantFrom('put' as const, 'drop' as const, 'add' as const),
          nasty,
        ),
        {
          minLength: 0,
          maxLength: 2,
        },
      )
      .map((changes) =>
        changes.reduce((value: unknown, [path, what, by]) => {
          try {
            return mutate(value, path, what, by)
          } catch {
            return value
          }
        }, base),
      ),
  )
  .map((value) => JSON.stringify(value) ?? 'undefined')

const text = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 2, arbitrary: fc.tuple(mutated, fc.nat({ max: 4000 })).map(([body, cut]) => body.slice(0, cut)) },
  { weight: 2, arbitrary: fc.array(mutated, { maxLength: 4 }).map((lines) => lines.join('\n')) },
  {
    weight: 1,
    arbitrary: mutated.map((body) => body.replaceAll('__PROTO__', '__proto__').replace('"tool"', '"__proto__"')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.nat({ max: 50_000 }).map((levels) => '['.repeat(levels)) },
)
const raw: fc.Arbitrary<Partial<Raw>> = fc.record(
  {
    contentType: fc.constantFrom(
      ...[
        'application/json',
        'application/x-ndjson',
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
      ],
      ...['application/cloudevents+avro', 'application/xml', 'text/plain', '', '\ud800;;=', 'application/x-protobuf'],
    ),
    headers: fc.dictionary(
      fc.constantFrom('ce-specversion', 'ce-id', 'ce_source', 'ce-type', 'ce-time', 'ce-__proto__', 'traceparent'),
      fc.oneof(fc.constantFrom('1.0', '%E2%82', '%zz', '\ud800'), fc.string()),
    ),
    received: fc.constantFrom(...Array<number>(9).fill(received), 0, Number.NaN, -1),
  },
  { requiredKeys: [] },
)

test('every input ends as events, rejects or a count of ignored records; what is accepted is decoded again as it is', () => {
  let accepted = 0
  fc.assert(
    fc.property(text, raw, (body, how) => {
      const { events, rejects, ignored } = run(body, how)
      expect(events.length + rejects.length > 0 || ignored !== undefined).toBe(true)
      for (const reject of rejects) {
        expect(reject.code).not.toBe('DECODER_FAULT')
        expect(reject.raw.length).toBeLessThanOrEqual(4096)
        expect(JSON.stringify(reject).isWellFormed()).toBe(true)
        for (const part of [reject.raw, reject.reason, reject.field ?? '']) expect(part.isWellFormed()).toBe(true)
      }
      for (const each of events) {
        accepted++
        const json = JSON.stringify(each)
        expect(json.includes('"__proto__":')).toBe(false)
        expect(/\\u[dD][89a-fA-F]/.test(json)).toBe(false)
        // A CloudEvent or trace inside our own event is a matter of extra fields, so the media type is said.
        const again = run(`[${json}]`, { contentType: 'application/json', received: how.received ?? received })
        expect(again.rejects.map(({ reason }) => reason)).toEqual([])
        expect(again.events).toEqual([JSON.parse(json)])
        expect(JSON.stringify(again.events[0])).toBe(json)
        expect(isOver(json, 257 * 1024)).toBe(false)
      }
    }),
    { numRuns: 1500, seed: 20_260_131 },
  )
  expect(accepted).toBeGreaterThan(400)
  expect(({} as Record<string, unknown>).a).toBeUndefined()
})
