/** `npm run -s bench:core -- FILE`: JSON.parse alone, then the whole core on the same lines, one thread, one run. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { detectors } from '../detectors/index.ts'
import { defaultPolicy, stamped } from '../src/policy/policy.ts'
import { Drive } from '../src/runtime/drive.ts'
import type { Streams } from '../src/stages/streams.ts'
import { rescind } from '../src/topology.ts'
import { fromPeer, type PeerEvent } from './peers-format.ts'

const file = process.argv[2]
if (file === undefined) throw new Error('give a FILE')
const lines: string[] = []
for await (const line of createInterface({ input: createReadStream(file) })) lines.push(line)

let t = performance.now()
let sink = 0
for (const line of lines) sink += (JSON.parse(line) as PeerEvent).ts & 1
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
for (const line of lines) drive.put('events', fromPeer(JSON.parse(line) as PeerEvent))
const core = (performance.now() - t) / 1000
globalThis.gc?.()
const after = process.memoryUsage().heapUsed
const agents = drive.lanes.get('agent')?.stats.keys ?? 1
console.error(count, by, [...drive.lanes].map(([n, l]) => `${n} ${l.stats.keys}`), sink & 1)
console.log(
  JSON.stringify({
    events: lines.length,
    seconds: core,
    perSecond: Math.round(lines.length / core),
    parsePerSecond: Math.round(lines.length / parse),
    ratio: parse / core,
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    bytesPerAgent: Math.round((after - before) / agents),
  }),
)
