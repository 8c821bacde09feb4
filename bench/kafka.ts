/**
 * `npm run -s bench:kafka -- [--brokers A] [--events N] [--agents N]`: one monitor process over Apache Kafka with everything on
 * (detection, history in the embedded engine, metrics), on one machine with its broker and its producers.
 *
 *  - catching up: raw events that an enforcement point wrote into the events topic lie there before the monitor starts; from
 *    when the first record that came of them is in the log to when all are processed and in history. Before it, as the limit:
 *    a bare consumer with JSON.parse and nothing else reads the same events (`readPerSecond`), after which the broker is warm.
 *  - live: the same with a producer beside it that never runs further ahead than `--lead` events.
 *  - latency: at 1,000 events/s, after five seconds of them, from producing an event to consuming the command that it leads to. Half
 *    of these events the agent’s own lane sees through (`own…`: three writes one after the other), as four of the seven detectors
 *    do; the other half give a shared credential away (`rekeyed…`: five). Beside it what one hop takes with nothing of ours in
 *    between and nothing else going on (`hop…`).
 *  - restore: the monitor is stopped and started again; until it is ready with the state of all agents, process start included.
 *
 * `--agents N` (default 1,000): how many agents the preloaded events come from; where it is below 100,000, further events bring
 * that many before the restore. `--phases catchup,live,latency,restore` runs some; `--cpu-prof DIR` profiles the monitor.
 */
import { existsSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { openKafkaLog } from '../src/edges/kafka/log/open-kafka-log.ts'
import type { AgentEvent } from '../src/model/event.ts'
import { startBroker } from '../test/support/broker.ts'
import { injected, ordinary, theft } from './events.ts'
import { followCommands, measureHops, measureRead, openLoad } from './kafka-load.ts'
import { parseRate } from './parse-rate.ts'
import { metric, quantile, round, type Service, startService, until } from './service.ts'

const given = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}
const number = (name: string, fallback: number): number => Number(given(name) ?? fallback)
const agents = number('agents', 1000)
const total = Math.max(number('events', 600_000), agents)
const liveEvents = number('live-events', 200_000)
const warmUpMs = 5000
const lead = number('lead', 20_000)
const seconds = number('seconds', 30)
const partitions = number('partitions', 12)
const restoredAgents = Math.max(agents, number('restored-agents', 100_000))
const phases = new Set((given('phases') ?? 'catchup,live,latency,restore').split(','))
const profile = given('cpu-prof')
const say = (text: string) => process.stderr.write(`${text}\n`)

const addresses = given('brokers')?.split(',')
const broker = addresses === undefined ? await startBroker({ lasting: true }) : undefined
const brokers = addresses ?? broker?.brokers ?? []
const prefix = `bench-${process.pid}-${Date.now().toString(36)}.`
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })

const processed = (of: Service) => metric(of, 'rescind_lane_records_total', 'lane="agent"')

/** Of all threads of a process so far; its children, such as the history engine, apart. */
function cpuSeconds(pid: number): number {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return Number.NaN
  const fields = readFileSync(path, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** When the log took the first record that came of an event, by its own clock. */
async function firstProcessed(): Promise<number> {
  const read = await openKafkaLog({ brokers, prefix })
  await read.createTopics([{ name: 'by-credential', partitions }])
  let first = Number.POSITIVE_INFINITY
  for (let partition = 0; partition < partitions; partition++)
    for await (const { appended } of read.read('by-credential', partition)) {
      first = Math.min(first, appended)
      break
    }
  await read.close()
  return first
}

/** How many records each topic has. */
async function counts(): Promise<string> {
  const admin = kafka.admin()
  await admin.connect()
  const found: string[] = []
  for (const name of (await admin.listTopics()).filter((each) => each.startsWith(prefix)).sort()) {
    const records = (await admin.fetchTopicOffsets(name)).reduce((sum, { high }) => sum + Number(high), 0)
    if (records > 0) found.push(`${name.slice(prefix.length)} ${records}`)
  }
  await admin.disconnect()
  return found.join(', ')
}

/** Every event so far is detected and in history, and nothing waits. */
async function settled(of: Service, events: number): Promise<void> {
  await until('processing', async () => (await processed(of)) >= events)
  await until('history', async () => (await metric(of, 'rescind_history_rows_total')) >= events)
  await until(
    'quiet',
    async () =>
      (await metric(of, 'rescind_inbox_lag_records')) === 0 && (await metric(of, 'rescind_history_lag_records')) === 0,
  )
}

/** The most memory that the process has had, MiB. */
function peakMiB(pid: number): number {
  const path = `/proc/${pid}/status`
  if (!existsSync(path)) return 0
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1024)
}

async function dropTopics(): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix))
  await admin.deleteGroups(groups).catch(() => {})
  await admin.disconnect()
}

const answer: Record<string, number> = {
  perSecond: Number.NaN,
  livePerSecond: Number.NaN,
  p50Ms: Number.NaN,
  p99Ms: Number.NaN,
  rssMiB: Number.NaN,
  restoreSeconds: Number.NaN,
}
const start = Date.now() - total - liveEvents
let sent = 0

// The events topic as the monitor itself makes it; the monitor finds it there.
const log = await openKafkaLog({ brokers, prefix })
await log.createTopics([{ name: 'events', partitions, retentionMs: 7 * 86_400_000 }])
await log.close()
const load = await openLoad(kafka, `${prefix}events`, partitions)
let t = performance.now()
if (phases.has('catchup')) {
  const { bytes } = await load.send(
    ordinary({ events: total, agents, start, stepMs: 1, ...(agents > 1000 ? { cover: true } : {}) }),
  )
  sent += total
  say(
    `${total} events of ${Math.round(bytes / total)} bytes by ${agents} agents in ${((performance.now() - t) / 1000).toFixed(1)} s`,
  )
  answer.readPerSecond = await measureRead(kafka, `${prefix}events`, total)
  say(`read and parsed alone: ${answer.readPerSecond}/s`)
}

answer.parsePerSecond = parseRate()
say(`JSON.parse alone ${answer.parsePerSecond}/s, load ${loadavg()[0]?.toFixed(1)}`)
const service = await startService({
  history: true,
  env: {
    RESCIND_KAFKA_BROKERS: brokers.join(','),
    RESCIND_KAFKA_PREFIX: prefix,
    RESCIND_KAFKA_PARTITIONS: String(partitions),
  },
  ...(profile === undefined ? {} : { execArgv: ['--cpu-prof', `--cpu-prof-dir=${profile}`] }),
}).catch(async (error: unknown) => {
  await load.close()
  await dropTopics()
  await broker?.close()
  throw error
})
try {
  if (phases.has('catchup')) {
    await settled(service, total)
    const done = Date.now()
    const stored = (done - (await firstProcessed())) / 1000
    answer.perSecond = Math.round(total / stored)
    const each = Math.round((cpuSeconds(service.pid) / total) * 1e6)
    say(`monitor up after ${service.readyMs} ms; in history ${answer.perSecond}/s, ${each} us CPU of the monitor each`)
    say(`records in the topics: ${await counts()}`)
  }
  if (phases.has('live')) {
    await until('readiness', async () => (await metric(service, 'rescind_ready')) === 1)
    const behind = await processed(service)
    const cpu = cpuSeconds(service.pid)
    t = performance.now()
    await load.send(
      ordinary({ events: liveEvents, agents: 1000, seed: 9, start: start + total, stepMs: 1 }),
      async (n) => {
        if (n % lead < 400) await until('keeping up', async () => (await processed(service)) - behind >= n - lead, 20)
      },
    )
    sent += liveEvents
    const produced = (performance.now() - t) / 1000
    await settled(service, sent)
    const stored = (performance.now() - t) / 1000
    answer.livePerSecond = Math.round(liveEvents / stored)
    const used = cpuSeconds(service.pid) - cpu
    say(
      `live: produced ${Math.round(liveEvents / produced)}/s, in history ${answer.livePerSecond}/s, ${Math.round((used / liveEvents) * 1e6)} us CPU of the monitor each`,
    )
  }
  if (phases.has('latency')) {
    await until('readiness', async () => (await metric(service, 'rescind_ready')) === 1)
    const bare = await measureHops(kafka, `${prefix}hop`)
    answer.hopP50Ms = round(quantile(bare, 0.5))
    answer.hopP99Ms = round(quantile(bare, 0.99))
    /** When the event was produced, by what its command is against. */
    const times = new Map<string, number>()
    const own: number[] = []
    const rekeyed: number[] = []
    const stop = await followCommands(kafka, `${prefix}commands`, ({ state, issue }) => {
      const { credential, agent = '' } = issue?.target ?? {}
      const against = credential ?? agent
      const at = times.get(against)
      if (state !== 'issued' || at === undefined) return
      if (at > t + warmUpMs) (credential === undefined ? own : rekeyed).push(performance.now() - at)
      times.delete(against)
    })
    const posts: Promise<unknown>[] = []
    const drifting = await openLoad(kafka, `${prefix}events`, partitions)
    const steady = [
      ...ordinary({ events: seconds * 1000 + warmUpMs, agents: 1000, seed: 8, start: Date.now(), stepMs: 1 }),
    ]
    const post = (event: AgentEvent, against: string) => {
      times.set(against, performance.now())
      return drifting.sendNow([event])
    }
    t = performance.now()
    for (let i = 0; i < steady.length; i += 10) {
      const wait = t + i - performance.now()
      if (wait > 0) await pause(wait)
      posts.push(load.sendNow(steady.slice(i, i + 10).map((event) => ({ ...event, time: Date.now() }))))
      if (i % 100 === 50) posts.push(post(injected(`${i}`, Date.now()), `injected-${i}`))
      if (i % 100 !== 0) continue
      const [owner, thief] = theft(`${i}`, Date.now())
      posts.push(drifting.sendNow([owner]).then(() => post(thief, `stolen-${i}`)))
    }
    await Promise.all(posts)
    sent += steady.length + Math.ceil(steady.length / 100) * 3
    await until('every command', async () => times.size === 0)
    await stop()
    await drifting.close()
    const tell = (whose: string, latencies: number[], p50Name: string, p99Name: string) => {
      latencies.sort((a, b) => a - b)
      const [p50, p90, p99] = [0.5, 0.9, 0.99].map((q) => round(quantile(latencies, q))) as [number, number, number]
      Object.assign(answer, { [p50Name]: p50, [p99Name]: p99 })
      say(`${latencies.length} ${whose}: p50 ${p50}, p90 ${p90}, p99 ${p99}, worst ${latencies.at(-1)?.toFixed(1)} ms`)
    }
    tell('commands', [...own, ...rekeyed], 'p50Ms', 'p99Ms')
    tell('by the agent’s own lane', own, 'ownP50Ms', 'ownP99Ms')
    tell('through the credential’s lane', rekeyed, 'rekeyedP50Ms', 'rekeyedP99Ms')
  }
  if (phases.has('restore')) {
    await until('readiness', async () => (await metric(service, 'rescind_ready')) === 1)
    if (agents < restoredAgents) {
      const more = restoredAgents * 3
      await load.send(
        ordinary({ events: more, agents: restoredAgents, seed: 10, start: Date.now(), stepMs: 0, cover: true }),
      )
      sent += more
    }
    await settled(service, sent)
    const rss = peakMiB(service.pid)
    const keys = await metric(service, 'rescind_lane_keys', 'lane="agent"')
    await service.stop()
    t = performance.now()
    await service.restart()
    await until('readiness', async () => (await metric(service, 'rescind_ready')) === 1, 20)
    answer.restoreSeconds = round((performance.now() - t) / 1000)
    const restored = await metric(service, 'rescind_restored_keys')
    const back = await metric(service, 'rescind_lane_keys', 'lane="agent"')
    say(`restore: ${keys} agents, ${back} of them back in ${answer.restoreSeconds} s (${restored} keys of all lanes)`)
    if (back < keys) throw new Error(`${keys - back} agents did not come back`)
    answer.rssMiB = Math.max(rss, peakMiB(service.pid))
  } else answer.rssMiB = peakMiB(service.pid)
} finally {
  await load.close()
  await service.dispose()
  await dropTopics()
  await broker?.close()
}
console.log(JSON.stringify(answer))
