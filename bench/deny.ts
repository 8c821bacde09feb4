/**
 * `npm run -s bench:deny`: from the drifting event being accepted to the first denied call at another guard, where only the
 * monitor can know. Two kinds in turn: a credential shared by two agents behind two guards, and an agent whose volume runs
 * away over several tasks seen by one guard and is stopped at another.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { createGuard, type Guard } from '../src/guard/index.ts'
import type { AgentEvent } from '../src/model/event.ts'
import { theft } from './events.ts'
import { quantile, round, startService } from './service.ts'

const at = process.argv.indexOf('--runs')
const runs = at < 0 ? 200 : Number(process.argv[at + 1])
const service = await startService({ history: false })
const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${service.key}` }

async function post(events: readonly AgentEvent[]): Promise<void> {
  const response = await fetch(`${service.url}/v1/events`, {
    method: 'POST',
    headers,
    body: events.map((e) => JSON.stringify(e)).join('\n'),
  })
  await response.arrayBuffer()
  if (response.status !== 202) throw new Error(`events were answered ${response.status}`)
}

const guardFor = (point: string): Promise<Guard> =>
  createGuard({ point, agent: point, monitor: { url: service.url, key: service.key } })

/** Resolves with the time at which the guard denies the call, asking only when its table has changed. */
async function denied(guard: Guard, caught: () => boolean, call: () => string): Promise<number> {
  const patience = performance.now() + 10_000
  while (performance.now() < patience) {
    if (caught()) {
      const outcome = call()
      if (outcome === 'deny' || outcome === 'step-up') return performance.now()
      throw new Error(`the call was answered ${outcome}`)
    }
    await turn()
  }
  throw new Error(`no denial within 10 s; ${[...guard.commands()].length} commands in the table`)
}

const guard = await guardFor('deny-guard')
const byKind: Record<'shared' | 'volume', number[]> = { shared: [], volume: [] }

async function shared(run: number): Promise<number> {
  const [owner, thief] = theft(`deny-${run}`, Date.now())
  const call = {
    tool: 'crm.get',
    action: 'read',
    args: {},
    agent: `other-${run}`,
    credential: { id: `stolen-deny-${run}` },
  } as const
  await post([owner])
  await post([thief])
  const accepted = performance.now()
  const caught = () => [...guard.commands()].some((c) => c.target.credential === call.credential.id)
  return (await denied(guard, caught, () => guard.before(call).outcome)) - accepted
}

/** An agent with a steady past: twenty minutes of a few calls each, in tasks that ended clean. */
function past(agent: string, now: number): AgentEvent[] {
  const events: AgentEvent[] = []
  const minutes = 60
  for (let minute = minutes; minute > 30; minute--) {
    const task = `${agent}-past-${minute}`
    for (let i = 0; i < 4; i++) events.push(work(agent, task, now - minute * 60_000 + i * 1000, `${task}-${i}`))
    events.push({
      ...work(agent, task, now - minute * 60_000 + 5000, `${task}-end`),
      kind: 'task-end',
      task: { id: task, status: 'completed' },
    })
  }
  return events
}

const work = (agent: string, task: string, time: number, id: string): AgentEvent => ({
  id,
  time,
  kind: 'outcome',
  tenant: 'default',
  agent: { id: agent },
  task: { id: task },
  tool: { name: 'crm.get' },
  action: 'read',
  resource: { dataset: 'crm.accounts', sensitivity: 'restricted' },
  outcome: 'allowed',
})

async function volume(run: number): Promise<number> {
  const agent = `bulk-${run}`
  const now = Date.now()
  const minute = now - (now % 60_000)
  await post(past(agent, minute))
  const caught = () => [...guard.commands()].some((c) => c.target.agent === agent)
  // The burst is spread over five tasks and handed in call by call, as guards would.
  for (let i = 0; i < 200 && !caught(); i++) {
    await post([work(agent, `${agent}-task-${i % 5}`, minute + 100 + i, `${agent}-burst-${i}`)])
    const accepted = performance.now()
    // One turn of the monitor is enough to see whether this was the call that crossed the line.
    const quiet = performance.now() + 25
    while (!caught() && performance.now() < quiet && i >= 11) await turn()
    if (!caught()) continue
    const call = {
      tool: 'crm.get',
      action: 'read',
      args: {},
      agent,
      resource: { dataset: 'crm.accounts', sensitivity: 'restricted' },
    } as const
    return (await denied(guard, caught, () => guard.before(call).outcome)) - accepted
  }
  throw new Error(`agent ${agent} was not stopped`)
}

for (let run = 0; run < runs; run++) {
  if (run % 2 === 0) byKind.shared.push(await shared(run))
  else byKind.volume.push(await volume(run))
  if (process.stderr.isTTY) process.stderr.write(`\r${run + 1}/${runs}`)
}
await guard.close()
await service.dispose()
const all = [...byKind.shared, ...byKind.volume].sort((a, b) => a - b)
for (const [kind, list] of Object.entries(byKind)) {
  list.sort((a, b) => a - b)
  process.stderr.write(
    `${kind}: ${list.length} runs, p50 ${round(quantile(list, 0.5))} ms, p99 ${round(quantile(list, 0.99))} ms\n`,
  )
}
console.log(
  JSON.stringify({
    runs: all.length,
    p50Ms: round(quantile(all, 0.5)),
    p99Ms: round(quantile(all, 0.99)),
    maxMs: round(all.at(-1) ?? Number.NaN),
  }),
)
