/**
 * `npm run -s bench:embedded`: the whole embedded path of one monitor process. Throughput: HTTP in → on disk → detect →
 * history, over when all three have taken every event. Latency: at 1,000 events/s, from handing in the event that gives a
 * shared credential away to its command on the decision stream. `parsePerSecond`: JSON.parse alone, taken before.
 */
import { Agent, request } from 'node:http'
import { ordinary, theft } from './events.ts'
import { parseRate } from './parse-rate.ts'
import { metric, quantile, round, type Service, startService, until } from './service.ts'

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const total = argument('events', 300_000)
const seconds = argument('seconds', 30)
const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** One body of events, over a kept-alive connection; resolves when they are on disk. */
function post(service: Service, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${service.url}/v1/events`,
      { method: 'POST', agent, headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}` } },
      (response) => {
        response.resume()
        response.once('end', () =>
          response.statusCode === 202 ? resolve() : reject(new Error(`events were answered ${response.statusCode}`)),
        )
      },
    )
    call.once('error', reject)
    call.end(body)
  })
}

const parsePerSecond = parseRate()
const profile = process.argv.indexOf('--cpu-prof')
const service = await startService({
  history: true,
  ...(profile < 0 ? {} : { execArgv: ['--cpu-prof', `--cpu-prof-dir=${process.argv[profile + 1]}`] }),
})
const { key } = service
const now = Date.now()
const bodies: string[] = []
let lines: string[] = []
for (const event of ordinary({ events: total, agents: 1000, start: now - total, stepMs: 1 })) {
  lines.push(JSON.stringify(event))
  if (lines.length === 500) {
    bodies.push(lines.join('\n'))
    lines = []
  }
}
const bytes = bodies.reduce((sum, b) => sum + b.length, 0) / total
process.stderr.write(`${total} events of ${Math.round(bytes)} bytes, monitor ready after ${service.readyMs} ms\n`)
await until('history', async () => (await metric(service, 'rescind_history_up')) === 1)

let t = performance.now()
const next = bodies.values()
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (const body of next) await post(service, body)
  }),
)
const accepted = (performance.now() - t) / 1000
await until(
  'detection',
  async () => (await metric(service, 'rescind_lane_records_total', 'lane="agent"')) >= total,
  100,
)
const detected = (performance.now() - t) / 1000
await until('history', async () => (await metric(service, 'rescind_history_rows_total')) >= total, 100)
const stored = (performance.now() - t) / 1000
process.stderr.write(
  `on disk ${Math.round(total / accepted)}/s, detected ${Math.round(total / detected)}/s, in history ${Math.round(total / stored)}/s\n`,
)
await until('quiet', async () => (await metric(service, 'rescind_history_lag_records')) === 0)

// Latency: a steady 1,000 events/s in bodies of 10, and every 100 ms a theft.
const sent = new Map<string, number>()
const latencies: number[] = []
const stream = new AbortController()
const following = follow(service, stream.signal, (credential) => {
  const at = sent.get(credential)
  if (at !== undefined) latencies.push(performance.now() - at)
  sent.delete(credential)
})
const steady = [...ordinary({ events: seconds * 1000, agents: 1000, seed: 8, start: now, stepMs: 1 })]
const posts: Promise<void>[] = []
t = performance.now()
for (let i = 0; i < steady.length; i += 10) {
  const wait = t + i - performance.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  posts.push(
    post(
      service,
      steady
        .slice(i, i + 10)
        .map((e) => JSON.stringify({ ...e, time: Date.now() }))
        .join('\n'),
    ),
  )
  if (i % 100 === 0) {
    const run = `${i}`
    const [owner, thief] = theft(run, Date.now())
    posts.push(
      post(service, JSON.stringify(owner)).then(() => {
        sent.set(`stolen-${run}`, performance.now())
        return post(service, JSON.stringify(thief))
      }),
    )
  }
}
await Promise.all(posts)
await until('every command', async () => sent.size === 0)
stream.abort()
await following
latencies.sort((a, b) => a - b)
const rssMiB = Math.round((await metric(service, 'rescind_process_resident_memory_bytes')) / 2 ** 20)
await service.dispose()
agent.destroy()
process.stderr.write(`${latencies.length} commands, worst ${round(latencies.at(-1) ?? Number.NaN)} ms\n`)
console.log(
  JSON.stringify({
    perSecond: Math.round(total / stored),
    p50Ms: round(quantile(latencies, 0.5)),
    p99Ms: round(quantile(latencies, 0.99)),
    onDiskPerSecond: Math.round(total / accepted),
    detectedPerSecond: Math.round(total / detected),
    parsePerSecond,
    readyMs: service.readyMs,
    rssMiB,
  }),
)

/** Reads the decision stream and tells of each credential that was revoked. */
async function follow(from: Service, signal: AbortSignal, told: (credential: string) => void): Promise<void> {
  const response = await fetch(`${from.url}/v1/decisions?tenant=default`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${from.key}` },
    signal,
  })
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true })
      const messages = rest.split('\n\n')
      rest = messages.pop() ?? ''
      for (const message of messages) {
        const data = message
          .split('\n')
          .find((l) => l.startsWith('data: '))
          ?.slice(6)
        const payload = data?.split('.')[1]
        if (payload === undefined) continue
        const { updates } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
          updates?: { state: string; issue?: { target: { credential?: string } } }[]
        }
        for (const u of updates ?? [])
          if (u.state === 'issued' && u.issue?.target.credential !== undefined) told(u.issue.target.credential)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
