import { expect, test } from 'vitest'
import { MonitorClient } from '../../../src/guard/link/client.ts'
import { Publisher } from '../../../src/guard/link/publisher.ts'

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
