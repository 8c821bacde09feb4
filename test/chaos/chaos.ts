/**
 * `npm run -s test:chaos -- --kill instance|broker|cluster|history --minutes M [--instances N] [--rate N]`: the monitor on
 * Kafka while parts of it die. Afterwards the log is read whole: every accepted event must be there, no command may have
 * been issued twice, and the state that the instances left must be the one that a single undisturbed run over the same
 * inboxes gives.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seeded } from '../../bench/events.ts'
import { round, type Service, startService } from '../../bench/service.ts'
import { openKafkaLog } from '../../src/edges/kafka/log/open-kafka-log.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import { startBroker } from '../support/broker.ts'
import { disturb } from './disturb.ts'
import { faultyHistory } from './history.ts'
import { produce } from './load.ts'
import { flow, topics } from './plan.ts'
import { compareStates, lostOf } from './verify.ts'

const { values } = parseArgs({
  options: {
    kill: { type: 'string', default: 'instance' },
    minutes: { type: 'string', default: '3' },
    instances: { type: 'string' },
    rate: { type: 'string' },
    nodes: { type: 'string' },
    everySeconds: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() & 0xffff) },
    rolling: { type: 'boolean', default: false },
  },
})
const kill = values.kill
if (!['instance', 'broker', 'cluster', 'history', 'nothing'].includes(kill))
  throw new Error('--kill is instance, broker, cluster, history or nothing')
const instances = Number(values.instances ?? (kill === 'instance' ? 3 : 1))
const rate = Number(values.rate ?? (kill === 'instance' ? 5000 : 1000))
const minutes = Number(values.minutes)
const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

const nodes: 1 | 3 = kill === 'broker' || values.nodes === '3' ? 3 : 1
const broker = await startBroker({ nodes, own: true, sessionMs: 2000, heapMb: 512, lasting: nodes === 1 })
say(`broker of ${nodes} at ${broker.brokers.join(', ')}, seed ${values.seed}`)
const prefix = 'chaos.'
const history = kill === 'history' ? await faultyHistory() : undefined
const env = {
  RESCIND_KAFKA_BROKERS: broker.brokers.join(','),
  RESCIND_KAFKA_PREFIX: prefix,
  ...(history === undefined ? {} : history.env),
}
const services: Service[] = []
for (let i = 0; i < instances; i++) services.push(await startService({ history: history !== undefined, env }))
say(`${instances} instances are up after ${services.map((s) => `${s.readyMs} ms`).join(', ')}`)

const log = await openKafkaLog({ brokers: broker.brokers, prefix })
// Creates nothing: the instances have. It learns the partitions.
await log.createTopics(topics)

const issued = new Map<string, Set<number>>()
const load = produce({ log, rate, thefts: 10 })
let last = performance.now()
let widestGapMs = 0
const follower = await log.consume({
  topics: ['commands'],
  from: 'latest',
  maxRecords: 1000,
  async onBatch({ records }) {
    for (const { value } of records) {
      const update = JSON.parse(value ?? '{}') as CommandUpdate
      if (update.state !== 'issued') continue
      const seqs = issued.get(update.command) ?? new Set()
      issued.set(update.command, seqs.add(update.seq))
      const credential = update.issue?.target.credential
      if (credential === undefined) continue
      if (load.answered(credential)) {
        widestGapMs = Math.max(widestGapMs, performance.now() - last)
        last = performance.now()
      }
    }
  },
  onFailed: (error) => say(`the follower failed: ${error}`),
})
await pause(2000)
load.start()
await pause(5000)
last = performance.now()
widestGapMs = 0
load.forget()
say('under load')

const progress = setInterval(() => say(JSON.stringify(load.lately())), 2000)
const random = seeded(Number(values.seed))
await disturb({
  kind: kill,
  rolling: values.rolling,
  until: Date.now() + minutes * 60_000,
  everyMs: Number(values.everySeconds ?? (kill === 'broker' ? 20 : 10)) * 1000,
  random,
  say,
  services,
  broker,
  history,
})
await pause(5000)
clearInterval(progress)
const { accepted, worstMs, p50Ms, p99Ms, unanswered } = await load.stop()
say(`${accepted.size} accepted; commands for ${load.asked} thefts, ${unanswered} unanswered`)

const ends = new Map<string, number>()
for (const { inbox } of flow.lanes)
  for (let p = 0; p < log.partitions(inbox); p++) ends.set(`${inbox}/${p}`, (await log.range(inbox, p)).end)
const drained = performance.now()
for (const [place, end] of ends) {
  const [inbox = '', partition = '0'] = place.split('/')
  while (
    ((await log.committed('rescind', inbox, Number(partition))) ?? 0) < end &&
    performance.now() - drained < 120_000
  )
    await pause(200)
}
say(`drained after ${Math.round(performance.now() - drained)} ms`)
const kept = await history?.complete(accepted)
await follower.close()
for (const service of services) await service.stop()
const lost = await lostOf(log, accepted)
const { stateEqual, differences, repeated, behind } = await compareStates(log, flow)
for (const difference of differences) say(difference)
await log.close()
for (const service of services) await service.dispose()
await history?.close()
await broker.close()
const duplicated = [...issued.values()].filter((seqs) => seqs.size > 1).length
const result = {
  kill,
  instances,
  accepted: accepted.size,
  lost,
  duplicated,
  stateEqual,
  worstMs: round(worstMs),
  p50Ms: round(p50Ms),
  p99Ms: round(p99Ms),
  widestGapMs: round(widestGapMs),
  commands: issued.size,
  unanswered,
  differences,
  repeated,
  behind,
  ...(kept ?? {}),
}
console.log(JSON.stringify(result))
const historyIsRight = kept === undefined || (kept.historyLost === 0 && kept.historyTwice === 0)
if (lost > 0 || duplicated > 0 || !stateEqual || unanswered > 0 || !historyIsRight) process.exitCode = 1
process.exit()
