/** `npm run -s bench:core -- FILE`: JSON.parse alone, then the whole core on the same lines, one thread, one run. */
import { closeSync, existsSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { detectors } from '../detectors/index.ts'
import type { AgentEvent } from '../src/model/event.ts'
import { defaultPolicy, stamped } from '../src/policy/policy.ts'
import { Drive } from '../src/runtime/drive.ts'
import type { Streams } from '../src/stages/streams.ts'
import { rescind } from '../src/topology.ts'
import { ordinary } from './events.ts'
import { fromPeer, type PeerEvent } from './peers-format.ts'

const given = process.argv.slice(2).find((a) => !a.startsWith('--'))
const file = given ?? ownEvents()
/** The peers’ lines are mapped; our own are native already. */
const toEvent: (parsed: unknown) => AgentEvent =
  given === undefined ? (e) => e as AgentEvent : (e) => fromPeer(e as PeerEvent)

/** A million ordinary events of a thousand agents, made once per machine. */
function ownEvents(): string {
  const path = join(tmpdir(), 'rescind-bench-core-1m.ndjson')
  if (existsSync(path)) return path
  process.stderr.write(`writing ${path}\n`)
  const fd = openSync(`${path}.part`, 'w')
  let chunk = ''
  for (const event of ordinary({ events: 1_000_000, agents: 1000, start: Date.UTC(2026, 10, 2), stepMs: 86 })) {
    chunk += `${JSON.stringify(event)}\n`
    if (chunk.length > 4_000_000) {
      writeSync(fd, chunk)
      chunk = ''
    }
  }
  writeSync(fd, chunk)
  closeSync(fd)
  renameSync(`${path}.part`, path)
  return path
}

/** Both sides read the file the same way: 1 MiB chunks, split at line feeds. */
function eachLine(path: string, take: (line: string) => void): number {
  const fd = openSync(path, 'r')
  const chunk = Buffer.allocUnsafe(1 << 20)
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let n = 0
  for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) {
    const parts = (rest + decoder.write(chunk.subarray(0, read))).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) take(line)
    n += parts.length
  }
  closeSync(fd)
  if (rest !== '') {
    take(rest)
    n++
  }
  return n
}

let t = performance.now()
let sink = 0
const events = eachLine(file, (line) => {
  sink += (JSON.parse(line) as { id: string }).id.length & 1
})
const parse = (performance.now() - t) / 1000

const count: Record<string, number> = {}
const by: Record<string, number> = {}
const drive = new Drive<Streams>(rescind(detectors, stamped(defaultPolicy(), 0)), ({ topic, value }) => {
  count[topic] = (count[topic] ?? 0) + 1
  const v = value as { detector?: string; issue?: { rung: string } }
  const k = v.detector ?? v.issue?.rung
  if (k !== undefined) by[k] = (by[k] ?? 0) + 1
})
globalThis.gc?.()
const before = process.memoryUsage().heapUsed
t = performance.now()
eachLine(file, (line) => drive.put('events', toEvent(JSON.parse(line))))
const core = (performance.now() - t) / 1000
globalThis.gc?.()
const after = process.memoryUsage().heapUsed
const lane = drive.lanes.get('agent')
const agents = lane?.stats.keys ?? 1
const rssMiB = Math.round(process.memoryUsage().rss / 2 ** 20)
const keys = [...drive.lanes].map(([n, l]) => `${n} ${l.stats.keys}`)
// State of an agent: what the heap gives back when the agents’ lane is forgotten.
lane?.forget(0)
globalThis.gc?.()
const agentBytes = after - process.memoryUsage().heapUsed
console.error(count, by, keys, sink & 1)
console.log(
  JSON.stringify({
    events,
    seconds: core,
    perSecond: Math.round(events / core),
    parsePerSecond: Math.round(events / parse),
    ratio: parse / core,
    rssMiB,
    agents,
    bytesPerAgent: Math.round(agentBytes / agents),
    bytesPerAgentAllLanes: Math.round((after - before) / agents),
  }),
)
