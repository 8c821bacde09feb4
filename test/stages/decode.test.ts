import { expect, test, vi } from 'vitest'
import type { Format } from '../../src/formats/format.ts'
import { formats } from '../../src/formats/index.ts'
import { decode } from '../../src/stages/decode.ts'
import { event, least, received, refused, run } from '../formats/samples.ts'

test('a body that no format reads is rejected and names the formats', () => {
  const reject = refused('<xml/>', { contentType: 'application/xml' })
  expect(reject).toMatchObject({ code: 'FORMAT_UNKNOWN', stage: 'decode', time: received, raw: '<xml/>', rawBytes: 6 })
  expect(reject.reason).toContain('application/xml')
  expect(reject.reason).toContain('Rescind events as JSON or NDJSON')
  expect(reject).not.toHaveProperty('format')
})

test('the id is the cause: the same record again is the same reject, another one is another', () => {
  const first = refused('{"id":')
  expect(first.id).toMatch(/^[0-9a-f]{32}$/)
  expect(refused('{"id":', { received: received + 5 })).toEqual({ ...first, time: received + 5 })
  expect(refused('{"ix":').id).not.toBe(first.id)
  expect(refused(`"${'a'.repeat(9000)}`).id).not.toBe(refused(`"${'a'.repeat(9001)}`).id)
})

test('raw is cut at 4 Ki characters, never inside a pair, and its full size is kept', () => {
  const reject = refused(`"${'x'.repeat(4094)}😀${'y'.repeat(100)}`, { contentType: 'application/json' })
  expect(reject.raw).toBe(`"${'x'.repeat(4094)}`)
  expect(reject.rawBytes).toBe(1 + 4094 + 4 + 100)
  expect(refused('"\ud800', { contentType: 'application/json' }).raw).toBe('"\ufffd')
})

test('a flood of bad records in one body is capped, the good ones pass', () => {
  const { events, rejects } = run([...Array(1500).fill(1), least()])
  expect(events).toHaveLength(1)
  expect(rejects).toHaveLength(1001)
  expect(rejects.at(-1)).toMatchObject({ code: 'TOO_MANY', reason: expect.stringContaining('500 more records') })
})

test('a body over the limit is not parsed', () => {
  const body = ' '.repeat(8 * 1024 * 1024 + 1)
  expect(refused(body)).toMatchObject({ code: 'TOO_LARGE', rawBytes: body.length })
})

test('a format that fails is a reject, a receiver that fails is not', () => {
  const broken: Format = {
    id: 'native',
    title: 'broken',
    accepts: () => true,
    decode: () => {
      throw new Error('boom')
    },
  }
  const reject = vi.fn()
  decode([broken])({ body: '{}', received }, { event: vi.fn(), reject })
  expect(reject).toHaveBeenCalledWith(expect.objectContaining({ code: 'DECODER_FAULT' }))
  const fails = () => {
    throw new Error('downstream')
  }
  expect(() => decode(formats)({ body: JSON.stringify(event()), received }, { event: fails, reject })).toThrow(
    'downstream',
  )
})
