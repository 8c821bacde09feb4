import { expect, test } from 'vitest'
import { createLogger } from '../src/telemetry.ts'

test('nothing secret is logged', () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line) => void lines.push(line) })
  logger.info({ token: 'abc-secret', history: { password: 'abc-secret', url: 'http://x' } }, 'start')
  logger.info({ request: { headers: { authorization: 'Bearer abc-secret' } } }, 'request')
  logger.debug({}, 'quiet')
  expect(lines).toHaveLength(2)
  expect(lines.join('')).not.toContain('abc-secret')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'rescind', msg: 'start', history: { url: 'http://x' } })
})
