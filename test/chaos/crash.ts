/**
 * `npm run -s test:crash -- --runs 20`: SIGKILL of the monitor at random moments under 2,000 events/s. Afterwards the log is
 * read whole: every acknowledged event must be there, every command must have been issued once, and after each restart the
 * guards must be in step with the table’s digest within two seconds.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ordinary, seeded, theft } from '../../bench/events.ts'
import { round, startService } from '../../bench/service.ts'
import { openLocalLog } from '../../src/edges/lmdb/open-local-log.ts'
import { createGuard } from '../../src/guard/index.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import { wallClock } from '../../src/runtime/wall-clock.ts'

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const runs = argument('runs', 20)
const random = seeded(argument('seed', Date.now() & 0xffff))
const perSecond = 2000
const perBody = 20

const service = await startService({ history: false })
const { key } = service
const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}` }
const acknowledged = new Set<string>()
const inStepMs: number[] = []
let running = true

/** Hands in one body until it is acknowledged; a body that got no answer is handed in again, as a guard would. */
async function post(events: readonly AgentEvent[]): Promise<void> {
  const body = events.map((e) => JSON.stringify(e)).join('\n')
  for (;;) {
    try {
      const response = await fetch(`${service.url}/v1/events`, { method: 'POST', headers, body })
      await response.arrayBuffer()
      if (response.status === 202) {
        for (const e of events) acknowledged.add(e.id)
        return
      }
    } catch {
      // The monitor is down: that is what this is about.
    }
    if (!running) return
    await pause(20)
  }
}

const guards = await Promise.all(
  ['one', 'two'].map((name) =>
    createGuard({
      point: `crash-guard-${name}`,
      agent: `crash-${name}`,
      monitor: { url: service.url, key, backoffMs: [50, 500] },
    }),
  ),
)

async function load(): Promise<void> {
  const began = performance.now()
  let n = 0
  let body: AgentEvent[] = []
  const posts = new Set<Promise<void>>()
  for (const event of ordinary({ events: 100_000_000, agents: 500, seed: 11, start: Date.now(), stepMs: 0 })) {
    if (!running) break
    event.time = Date.now()
    body.push(event)
    n++
    if (n % 1000 === 0) {
      const [owner, thief] = theft(`crash-${n}`, Date.now())
      body.push(owner, thief)
    }
    if (body.length < perBody) continue
    const post$ = post(body).finally(() => posts.delete(post$))
    posts.add(post$)
    body = []
    const ahead = began + (n / perSecond) * 1000 - performance.now()
    if (ahead > 0) await pause(ahead)
    while (posts.size > 200 && running) await Promise.race(posts)
  }
  await Promise.all(posts)
}

/** The commands that the monitor says are in force, by a snapshot of its own. */
async function source(): Promise<Set<string>> {
  const response = await fetch(`${service.url}/v1/decisions?tenant=default`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const { jws } = (await response.json()) as { jws: string }
  const message = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
    digest: string
    seq: number
  }
  return new Set([message.digest])
}

const digests = () => guards.map((g) => g.stats().digest ?? '')

async function inStep(): Promise<boolean> {
  const [digest] = await source()
  return digests().every((d) => d === digest)
}

const loading = load()
for (let run = 0; run < runs; run++) {
  await pause(300 + random() * 1500)
  await service.kill()
  await service.restart()
  const restarted = performance.now()
  while (!(await inStep().catch(() => false)) && performance.now() < restarted + 10_000) await pause(5)
  inStepMs.push(performance.now() - restarted)
  process.stderr.write(
    `run ${run + 1}/${runs}: ready after ${service.readyMs} ms, guards in step ${Math.round(inStepMs.at(-1) ?? 0)} ms later, ${acknowledged.size} acknowledged\n`,
  )
}
running = false
await loading
await pause(1000)
await Promise.all(guards.map((g) => g.close()))
await service.stop()

const log = await openLocalLog({ directory: join(service.data, 'log'), clock: wallClock })
const held = new Set<string>()
for (let partition = 0; partition < log.partitions('events'); partition++)
  for await (const record of log.read('events', partition))
    if (record.headers.stream === 'events' && record.value !== null)
      held.add((JSON.parse(record.value) as AgentEvent).id)
const issued = new Map<string, number>()
let updates = 0
for await (const record of log.read('commands', 0)) {
  if (record.value === null) continue
  const update = JSON.parse(record.value) as CommandUpdate
  updates++
  if (update.state === 'issued') issued.set(update.command, (issued.get(update.command) ?? 0) + 1)
}
await log.close()
await service.dispose()
const lost = [...acknowledged].filter((id) => !held.has(id)).length
const duplicatedCommands = [...issued.values()].filter((n) => n > 1).length
inStepMs.sort((a, b) => a - b)
console.log(
  JSON.stringify({
    runs,
    accepted: acknowledged.size,
    lost,
    duplicatedCommands,
    commands: issued.size,
    updates,
    worstInStepMs: round(inStepMs.at(-1) ?? Number.NaN),
  }),
)
if (lost > 0 || duplicatedCommands > 0) process.exitCode = 1
if ((inStepMs.at(-1) ?? 0) > 2000) {
  process.stderr.write('a guard was not in step within 2,000 ms of a restart\n')
  process.exitCode = 1
}
