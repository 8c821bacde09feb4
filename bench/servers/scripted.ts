/**
 * A server that answers what a plan says, for `bench:evasion --processes`: `scripted.js PLAN LOG`. A request names its step in
 * `_meta`; what arrives is written to the log.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

interface Plan {
  server: { name: string; title?: string; instructions?: string; tools: unknown[] }
  steps: { meanwhile?: object[]; reply: object }[]
}
interface Request {
  id?: string | number
  method?: string
  params?: { _meta?: Record<string, unknown> }
}

const [plan, log] = process.argv.slice(2)
if (plan === undefined || log === undefined) throw new Error('give a PLAN and a LOG')
const { server, steps } = JSON.parse(readFileSync(plan, 'utf8')) as Plan
const say = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as Request
  const { id, method, params } = request
  if (method === 'notifications/initialized') say({ id: 'roots', method: 'roots/list' })
  if (id === undefined || method === undefined) return
  appendFileSync(log, `${line}\n`)
  const step = steps[Number(params?._meta?.['evasion/step'] ?? -1)]
  if (step !== undefined) {
    for (const message of step.meanwhile ?? []) say(message)
    say({ id, ...step.reply })
  } else if (method === 'initialize') {
    const { name, title, instructions } = server
    const capabilities = { tools: { listChanged: true }, resources: {}, prompts: {}, logging: {}, completions: {} }
    say({
      id,
      result: {
        protocolVersion: '2025-06-18',
        capabilities,
        serverInfo: { name, title, version: '1.0.0' },
        instructions,
      },
    })
  } else if (method === 'tools/list') say({ id, result: { tools: server.tools } })
  else say({ id, result: {} })
})
