import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../repo/files.ts'
import { built } from '../support/build.ts'
import { event } from '../support/events.ts'
import { answer, rescind } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

const golden = `${root}test/replay/golden.ndjson`

interface Summary {
  events: number
  rejected: number
  ignored: number
  agents: number
  refusals: Record<string, { count: number; first: string }>
  findings: Record<string, number>
  commands: Record<string, number>
}

test('the same events from a file, a packed file and standard input give the same answer', async () => {
  const packed = join(temporaryDirectory(), 'events.ndjson.gz')
  writeFileSync(packed, gzipSync(readFileSync(golden)))
  const [file, gz, input, packedInput] = await Promise.all([
    answer<Summary>(['replay', golden]),
    answer<Summary>(['replay', packed]),
    answer<Summary>(['replay', '-'], { input: readFileSync(golden) }),
    answer<Summary>(['replay', '-'], { input: readFileSync(packed) }),
  ])
  expect(file).toMatchObject({ events: 600, rejected: 0, refusals: {} })
  expect(file.agents).toBeGreaterThan(0)
  for (const other of [gz, input, packedInput]) expect(other).toEqual(file)
})

test('CloudEvents, traces and events may be mixed; what is refused is counted with its reason', async () => {
  const traces = {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'bot' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                name: 'execute_tool search',
                startTimeUnixNano: '1800000000000000000',
                endTimeUnixNano: '1800000000500000000',
                attributes: [
                  { key: 'gen_ai.operation.name', value: { stringValue: 'execute_tool' } },
                  { key: 'gen_ai.tool.name', value: { stringValue: 'search' } },
                  { key: 'gen_ai.agent.id', value: { stringValue: 'bot' } },
                ],
              },
            ],
          },
        ],
      },
    ],
  }
  const mixed = event()
  const records = [
    JSON.stringify(event({ principal: 'line\u2028separator' })),
    JSON.stringify({ specversion: '1.0', id: 'c1', source: '/x', type: 'rescind.event', data: mixed }),
    JSON.stringify(traces),
    '',
    '{"half":',
    JSON.stringify({ ...event(), agent: 7 }),
    JSON.stringify({ ...event(), agent: 8 }),
  ]
  const input = `${records.join('\r\n')}\r\n`
  const told = await answer<Summary>(['replay', '-'], { input })
  expect(told).toMatchObject({ events: 3, rejected: 3 })
  expect(told.refusals).toMatchObject({ JSON_SYNTAX: { count: 1 }, FIELD_TYPE: { count: 2 } })
  expect(told.refusals.FIELD_TYPE?.first).toMatch(/^standard input, record 5: \/agent must be/)

  const words = await rescind(['replay', '-'], { input })
  expect(words.code).toBe(0)
  expect(words.stdout).toContain('refused   3 records')
  expect(words.stdout).toContain('FIELD_TYPE 2, first in standard input, record 5')
  // No terminal, no progress.
  expect(words.stderr).toBe('')
})

test('--all prints every finding, command and dead letter; nothing else is on standard output', async () => {
  const { stdout, stderr } = await rescind(['replay', golden, '--all'])
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { topic: string })
  expect(new Set(lines.map(({ topic }) => topic))).toContain('findings')
  expect(stderr).toContain('600 events')
})

test('a damaged file is told with its name, and a file without one event is a failure', async () => {
  const data = temporaryDirectory()
  const torn = join(data, 'torn.gz')
  writeFileSync(torn, gzipSync(readFileSync(golden)).subarray(0, 5_000))
  const told = await rescind(['replay', torn])
  expect(told.code).toBe(1)
  expect(told.stderr).toContain(`${torn} cannot be read to its end`)
  const none = await rescind(['replay', '-'], { input: 'hello\n' })
  expect(none.code).toBe(1)
  expect(none.stdout).toContain('0 events')
})
