/**
 * `npm run -s test:attacks -- --minutes M [--log local|kafka] [--seed S]`: keys of each kind of one tenant hand in whatever the
 * description of the API lets them, and less and less of what fits it, while the monitor serves another tenant. Measured: that
 * tenant’s time from act to command, quiet and meanwhile; what of it was lost, or seen by the others; memory; a restart at the end.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { quantile, round, startService } from '../../bench/service.ts'
import { startBroker } from '../support/broker.ts'
import { pick, seeded } from '../support/random.ts'
import { Other } from './other.ts'
import { type OpenApi, Requests } from './requests.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    log: { type: 'string', default: 'local' },
    seed: { type: 'string', default: String(Date.now() & 0xffff) },
  },
})
const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
const random = seeded(Number(values.seed))
say(`seed ${values.seed}, log ${values.log}`)

const data = mkdtempSync(join(tmpdir(), 'rescind-attacks-'))
const kinds = {
  publisher: 'rescind.ingest',
  reader: 'rescind.read',
  point: 'rescind.enforce,rescind.declare',
  approver: 'rescind.respond,rescind.read',
  admin: 'rescind.admin',
}
const held: Record<string, string> = {}
const line = (name: string, scopes: string, tenant: string) => {
  const key = randomBytes(32).toString('hex')
  held[name] = key
  return `${name} sha256:${createHash('sha256').update(key).digest('hex')} ${scopes} ${tenant}`
}
const lines = Object.entries(kinds).map(([name, scopes]) => line(name, scopes, 'alpha'))
writeFileSync(join(data, 'keys'), [...lines, line('other', kinds.admin, 'beta agents=*')].join('\n'), { mode: 0o600 })

const broker = values.log === 'kafka' ? await startBroker({ own: true }) : undefined
const service = await startService({
  history: false,
  data,
  env: {
    RESCIND_AUTH_KEYS_FILE: join(data, 'keys'),
    // As it is shipped.
    RESCIND_HTTP_RATE: '2000',
    ...(broker === undefined ? {} : { RESCIND_KAFKA_BROKERS: broker.brokers.join(',') }),
  },
})
// However this ends, nothing stays behind.
process.on('exit', () => {
  try {
    process.kill(service.pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
})
const broke = new Set<string>()
const other = new Other(() => service, held.other ?? '')
const description = (await (await fetch(`${service.url}/openapi.json`)).json()) as OpenApi
const names = [
  'payer-1',
  'steady',
  'staff',
  'trace',
  'task-1',
  'cred-1',
  'p1',
  ...Array.from({ length: 20 }, (_, i) => `a-${i}`),
]
const requests = new Requests(description, random, names)

const rssMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
const p99 = (times: readonly number[]) =>
  round(
    quantile(
      [...times].sort((a, b) => a - b),
      0.99,
    ),
  )

const until = async (end: number, into: number[]) => {
  while (performance.now() < end) {
    into.push(await other.probe())
    await pause(100)
  }
}

const spanMs = Number(values.minutes) * 60_000
await other.probe()
const quiet: number[] = []
await until(performance.now() + Math.min(30_000, spanMs / 3), quiet)
say(`quiet: ${quiet.length} commands, p99 ${p99(quiet)} ms, ${Math.round(rssMiB())} MiB`)

let sent = 0
let seen = 0
let mostMiB = 0
const answers = new Map<number, number>()
const end = performance.now() + spanMs

async function attack(): Promise<void> {
  while (performance.now() < end) {
    const { operation, method, path, type, body } = requests.next()
    const key = held[pick(Object.keys(kinds), random)]
    sent++
    try {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(type === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(operation === 'followDecisions' ? 300 : 60_000),
      })
      answers.set(response.status, (answers.get(response.status) ?? 0) + 1)
      if (Other.isSeenIn(await response.text())) {
        seen++
        broke.add(`seen:${operation}`)
      }
      if (response.status === 500) {
        broke.add(`500:${operation}`)
        say(`500: ${method} ${path.slice(0, 200)} ${body?.slice(0, 300) ?? ''}`)
      }
    } catch (error) {
      // A stream is left, or a request is one that cannot even be sent.
      if (operation !== 'followDecisions' && error instanceof Error && error.name === 'TimeoutError')
        broke.add(`hung:${operation}`)
    }
  }
}

const during: number[] = []
const watch = setInterval(() => {
  try {
    mostMiB = Math.max(mostMiB, rssMiB())
  } catch {
    broke.add('ended')
  }
}, 1000)
await Promise.all([...Array.from({ length: 8 }, attack), until(end, during)])
clearInterval(watch)
say(`attacked: ${sent} requests ${JSON.stringify([...answers])}, ${during.length} commands, p99 ${p99(during)} ms`)
if (p99(during) > 2 * p99(quiet)) broke.add('slow')

await other.look().catch(() => broke.add('ended'))
await service.stop()
await service.restart().catch(() => broke.add('restart'))
await other.look().catch(() => broke.add('restart'))
if (other.lost > 0) broke.add('lost')
await service.dispose()
await broker?.close()
rmSync(data, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({
    ...{ requests: sent, broke: [...broke].sort(), quietP99Ms: p99(quiet), otherP99Ms: p99(during) },
    ...{ lost: other.lost, seen, rssMiB: Math.round(mostMiB) },
  })}\n`,
)
process.exit(broke.size === 0 ? 0 : 1)
