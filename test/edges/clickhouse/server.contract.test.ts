import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createClient } from '@clickhouse/client'
import { test } from 'vitest'
import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import { historyContract } from '../../contract/history.ts'

/**
 * The same suite against a real server: the one at RESCIND_TEST_CLICKHOUSE_URL (name and password in the URL, a user that may make
 * and drop databases), else one in a container where Docker runs. Where neither is, this is a named skip
 * (tools/no-skips.ts): no package registry has a server.
 */
const image = 'clickhouse/clickhouse-server:25.8'

const hasDocker = (): boolean => {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

interface Server {
  url: string
  username: string
  password: string
  stop(): Promise<void>
}

function serverAt(address: string): Server {
  const { origin, username, password } = new URL(address)
  return {
    url: origin,
    username: decodeURIComponent(username) || 'default',
    password: decodeURIComponent(password),
    stop: async () => {},
  }
}

async function serverInContainer(): Promise<Server> {
  // Slow to load, and seldom needed.
  const { GenericContainer, Wait } = await import('testcontainers')
  const [username, password] = ['rescind', randomBytes(18).toString('base64url')]
  const container = await new GenericContainer(image)
    .withEnvironment({ CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password })
    .withExposedPorts(8123)
    .withWaitStrategy(Wait.forHttp('/ping', 8123))
    .start()
  return {
    url: `http://${container.getHost()}:${container.getMappedPort(8123)}`,
    username,
    password,
    stop: async () => {
      await container.stop()
    },
  }
}

const address = process.env.RESCIND_TEST_CLICKHOUSE_URL
if (address === undefined && !hasDocker())
  // biome-ignore lint/suspicious/noSkippedTests: one that is shown, and named in tools/no-skips.ts
  test.skip('history on a ClickHouse server: there is none here', () => {})
else
  historyContract('a ClickHouse server', async () => {
    const { stop, ...server } = address === undefined ? await serverInContainer() : serverAt(address)
    // Others may use the server: a database of our own, gone afterwards.
    const database = `rescind_test_${randomBytes(6).toString('hex')}`
    const history = await openHistory({ ...server, database, compress: true })
    return {
      history,
      async close() {
        await history.close()
        const client = createClient(server)
        await client.command({ query: `DROP DATABASE ${database} SYNC` })
        await client.close()
        await stop()
      },
    }
  })
