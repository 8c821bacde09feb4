import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { scripted } from '../scripted.ts'

const write = (path: string) => ({ path, content: 'x' })

test('the client is asked for its folders where nobody gave any, and what lies outside of them is no space of the agent’s own', async () => {
  const root = temporaryDirectory()
  const s = await scripted({}, {}, { askRoots: true })
  await s.begin({ roots: { listChanged: true } })
  const { id } = (await s.wire.request('roots/list')) as { id: string }
  s.wire.send({
    jsonrpc: '2.0',
    id,
    result: { roots: [{ uri: pathToFileURL(root).href }, { uri: 'https://x.example/' }, 7] },
  })
  await s.call('write_file', write(`${root}/a.txt`))
  await s.call('write_file', write('/srv/elsewhere/a.txt'))
  expect(s.events.map((event) => event.provenance?.sink)).toEqual(['own', 'irreversible'])
  // The server asked for nothing, and gets nothing.
  expect(s.server.seen.filter((message) => message.method === undefined)).toEqual([])
  s.wire.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' })
  const again = (await s.wire.request('roots/list')) as { id: string }
  s.wire.send({ jsonrpc: '2.0', id: again.id, result: { roots: [{ uri: 'file:///srv/elsewhere' }] } })
  await s.call('write_file', write('/srv/elsewhere/b.txt'))
  expect(s.events.at(-1)?.provenance?.sink).toBe('own')
  await s.close()
})

test('a client without roots is not asked, nor one of a guard that has its own', async () => {
  for (const [parts, capabilities] of [
    [{ askRoots: true as const }, {}],
    [{}, { roots: {} }],
  ] as const) {
    const s = await scripted({}, {}, parts)
    await s.begin(capabilities)
    await s.call('look_around')
    expect(s.wire.received.filter((line) => line.includes('roots/list'))).toEqual([])
    await s.close()
  }
})
