import { beforeAll, expect, test } from 'vitest'
import { built } from '../support/build.ts'
import { rescind, startService } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

test('a port that is taken is said with the setting that mends it', async () => {
  const first = await startService(temporaryDirectory(), { args: ['--no-drill', '--no-history'] })
  const { port } = new URL(first.url)
  const second = await rescind(['start', '--no-drill', '--no-history', '--data', temporaryDirectory(), '--port', port])
  expect(second.code).toBe(1)
  expect(second.stderr).toContain(
    `http.host, http.port (--host, --port): port ${port} of 127.0.0.1 is taken by another process`,
  )
  expect(second.stderr).toContain('[CONFIG_INVALID]')
  expect(second.stderr).not.toContain('    at ')
  expect(await first.stop()).toBe(0)
})
