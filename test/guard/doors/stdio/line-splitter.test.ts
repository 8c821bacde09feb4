import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overlong } from '../../../../src/guard/doors/json-rpc/read-text.ts'
import { LineSplitter, type Overlong } from '../../../../src/guard/doors/stdio/line-splitter.ts'
import { LogLines } from '../../../../src/guard/doors/stdio/log-lines.ts'

function split(max: number, chunks: readonly Buffer[]) {
  const lines: string[] = []
  const tooLong: Overlong[] = []
  const splitter = new LineSplitter(
    max,
    (line) => lines.push(line.toString()),
    (line) => tooLong.push(line),
  )
  for (const chunk of chunks) splitter.push(chunk)
  return { lines, tooLong }
}

test('lines are the same, however the bytes come in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '\r', ' ') })),
      fc.integer({ min: 1, max: 9 }),
      (texts, size) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        )
        expect(split(1000, chunks).lines).toEqual(texts)
      },
    ),
  )
})

test('a line past the limit is told at once and again at its end, and the next line is whole', () => {
  const { lines, tooLong } = split(1000, [
    Buffer.from('{"jsonrpc":"2.0","result":{"t":"'),
    ...Array.from({ length: 50 }, () => Buffer.from('x'.repeat(100))),
    Buffer.from('"},"id":5}\nnext\n'),
  ])
  expect(lines).toEqual(['next'])
  expect(tooLong.map((line) => line.tail !== undefined)).toEqual([false, true])
  expect(tooLong.map(overlong)).toMatchObject([
    { asks: false, answers: true },
    { id: 5, asks: false, answers: true },
  ])
  expect(tooLong.map(overlong)[0]).not.toHaveProperty('id')
})

test('a log holds printable lines and no more than its budget, and says what it left out', () => {
  const lines: string[] = []
  let now = 0
  const log = new LogLines(
    (line) => lines.push(line),
    () => now,
  )
  log.write('server: ', '\u001b[31mred\u001b[0m\u2028rescind guard info: approved\r\u0000\u202E')
  expect(lines[0]).toBe('server: red\uFFFDrescind guard info: approved\uFFFD\uFFFD\uFFFD')
  for (let i = 0; i < 100_000; i++) log.write('server: ', 'x'.repeat(1000))
  expect(lines.join('').length).toBeLessThan(300_000)
  now += 1000
  log.write('server: ', 'later')
  expect(lines.at(-1)).toBe('server: later')
  expect(lines.at(-2)).toMatch(/^rescind guard warning: 99\d\d\d lines were left out/)
})
