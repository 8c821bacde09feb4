/** A client process: `run-tasks.js RUN` with the run as JSON; does the tasks that it names, and writes a line of JSON per call. */
import { join } from 'node:path'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { agents } from './agents.ts'
import { Desk, open, type Run } from './client.ts'
import { GaveUp } from './hands.ts'
import type { AgentName, ServerName } from './types.ts'

export interface Order extends Run {
  script: AgentName
  /** Names of the tasks, in order. */
  tasks: string[]
}

const order: Order = JSON.parse(process.argv[2] ?? '{}')
const script = agents.find((agent) => agent.name === order.script)
if (script === undefined) throw new Error(`there is no agent ${order.script}`)
const meta = script.tells === 'meta'

async function connect(names: readonly ServerName[], intent?: string): Promise<Map<ServerName, Client>> {
  const servers = new Map<ServerName, Client>()
  await Promise.all(names.map(async (name) => servers.set(name, await open(name, order, intent))))
  return servers
}
const close = async (servers: ReadonlyMap<ServerName, Client>) => {
  await Promise.all([...servers.values()].map((client) => client.close().catch(() => {})))
}

const tasks = script.tasks.filter((task) => order.tasks.includes(task.name))
const shared = meta ? await connect([...new Set(tasks.flatMap((task) => task.servers))]) : undefined
for (const task of tasks) {
  const servers = shared ?? (await connect(task.servers, order.known ? task.request : undefined))
  const desk = new Desk(servers, task.name, meta ? (order.known ? { request: task.request } : {}) : undefined)
  try {
    await task.run({ call: (...call) => desk.call(...call), at: (path = '') => join(order.home, 'work', path) })
  } catch (error) {
    const end =
      error instanceof GaveUp
        ? { gaveUp: error.message }
        : { broken: error instanceof Error ? error.stack : String(error) }
    process.stdout.write(`${JSON.stringify({ task: task.name, ...end })}\n`)
  }
  if (shared === undefined) await close(servers)
}
if (shared !== undefined) await close(shared)
process.exit(0)
