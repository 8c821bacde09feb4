/**
 * What stands where the guard would, without a guard: `relay.js TIMINGS SERVER…` passes every message on as the guard
 * does, over the same two pipes, and takes the same times. What the pipes and the scheduler cost is the same in both.
 */
import { writeFileSync } from 'node:fs'
import { Lines } from '../../src/guard/doors/stdio/lines.ts'
import { spawnUpstream } from '../../src/guard/doors/stdio/spawn.ts'

const [file = '', script = '', ...args] = process.argv.slice(2)
const upstream = await spawnUpstream(process.execPath, [script, ...args])
const server = upstream.side
const client = new Lines(process.stdin, process.stdout)
const waiting = new Map<unknown, number>()
const times: number[] = []
client.onArrival = ({ message, raw, began = performance.now() }) => {
  server.send(message, raw)
  if (message.method === 'tools/call') waiting.set(message.id, performance.now() - began)
}
server.onArrival = ({ message, raw, began = performance.now() }) => {
  client.send(message, raw)
  const request = waiting.get(message.id)
  if (request !== undefined) times.push(request + performance.now() - began)
}
client.onClosed = () => void upstream.stop()
await server.start()
await client.start()
await upstream.ended
writeFileSync(file, JSON.stringify(times))
process.stdin.destroy()
