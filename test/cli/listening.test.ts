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
  const about = ['--agent', 'a', '--monitor', 'none', '--url', 'http://127.0.0.1:9/mcp']
  const guard = await rescind(['guard', ...about, '--listen', port])
  expect(guard.code).toBe(1)
  expect(guard.stderr).toContain(`--listen: port ${port} of 127.0.0.1 is taken by another process`)
  expect(await first.stop()).toBe(0)
})
