import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { HttpPeer } from '../../../../src/guard/doors/http/peer.ts'
import { unreachable } from '../../../../src/guard/doors/http/reachable.ts'

test('an address at which nothing answers is told with the reason, before and at the first request', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const url = new URL(`http://127.0.0.1:${port}/mcp?token=secret`)
  expect(await unreachable(url)).toBeUndefined()
  server.close()
  await once(server, 'close')
  expect(await unreachable(url)).toContain(`ECONNREFUSED 127.0.0.1:${port}`)
  await expect(new HttpPeer(url).fetch({ method: 'POST', body: '{}' })).rejects.toMatchObject({
    code: 'GUARD_UPSTREAM_FAILED',
    message: `http://127.0.0.1:${port}/mcp does not answer: connect ECONNREFUSED 127.0.0.1:${port}`,
  })
})
