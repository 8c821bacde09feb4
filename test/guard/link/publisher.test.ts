import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { MonitorClient } from '../../../src/guard/link/client.ts'
import { Publisher } from '../../../src/guard/link/publisher.ts'
import { Spool } from '../../../src/guard/link/spool.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

/** Nobody listens there. */
const away = new MonitorClient({ url: 'http://127.0.0.1:9' })

test('who waits for a flush is let go by the close, and what was not sent is counted once', async () => {
  const publisher = new Publisher(away, undefined, () => {}, [1, 5])
  publisher.add({ id: 'e1' })
  const flushed = publisher.flush()
  await publisher.close(1)
  await flushed
  await publisher.flush()
  expect(publisher.dropped).toBe(1)
  publisher.add({ id: 'e2' })
  await publisher.flush()
  expect(publisher.lost).toBe(2)
})

test('what neither the monitor nor the disk takes stays in memory; it is told once, and written when it can be', async () => {
  const directory = join(temporaryDirectory(), 'spool')
  const notices: string[] = []
  const spool = new Spool({ directory })
  const publisher = new Publisher(away, spool, ({ message }) => notices.push(message), [1, 5])
  rmSync(directory, { recursive: true })
  publisher.add({ id: 'e1' })
  await vi.waitFor(() => expect(notices).toContain('events that wait cannot be written to the spool'))
  publisher.add({ id: 'e2' })
  await expect(publisher.flush()).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' })
  expect(publisher.lost).toBe(0)
  mkdirSync(directory)
  await publisher.flush()
  await publisher.close(1)
  expect((await new Spool({ directory }).oldest())?.lines).toEqual(['{"id":"e1"}', '{"id":"e2"}'])
  expect(notices.filter((each) => each.includes('cannot be written'))).toHaveLength(1)
})
