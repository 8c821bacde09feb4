/** `npm run -s bench:core -- FILE`: JSON.parse alone, then the whole core on the same lines, one thread, one run. */
import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { detectors } from '../detectors/index.ts'
import { defaultPolicy, stamped } from '../src/policy/policy.ts'
import { Drive } from '../src/runtime/drive.ts'
import type { Streams } from '../src/stages/streams.ts'
import { rescind } from '../src/topology.ts'
import { fromPeer, type PeerEvent } from './peers-format.ts'

const file = process.argv[2]
if (file === undefined) throw new Error('give a FILE')
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
  sink += (JSON.parse(line) as PeerEvent).ts & 1
})
const parse = (performance.now() - t) / 1000
const cpu0 = process.cpuUsage()

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
eachLine(file, (line) => drive.put('events', fromPeer(JSON.parse(line) as PeerEvent)))
const core = (performance.now() - t) / 1000
const cpu = process.cpuUsage(cpu0)
console.error('cpu', cpu)
if (process.argv.includes('--states')) {
  const lane = drive.lanes.get('agent')
  const sizes = [...(lane?.keys() ?? [])]
    .map((k) => lane?.peek(k, 0))
    .map((s) => [JSON.stringify(s).length, s] as const)
    .sort((a, b) => b[0] - a[0])
  console.error('mean state JSON', sizes.reduce((a, [n]) => a + n, 0) / sizes.length, JSON.stringify(sizes[500]?.[1]))
  const max = sizes[500]?.[1] as Record<string, unknown>
  for (const [k, v] of Object.entries(max)) console.error(k, JSON.stringify(v).length)
}
globalThis.gc?.()
const after = process.memoryUsage().heapUsed
const agents = drive.lanes.get('agent')?.stats.keys ?? 1
console.error(
  count,
  by,
  [...drive.lanes].map(([n, l]) => `${n} ${l.stats.keys}`),
  sink & 1,
)
console.log(
  JSON.stringify({
    events,
    seconds: core,
    perSecond: Math.round(events / core),
    parsePerSecond: Math.round(events / parse),
    ratio: parse / core,
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    bytesPerAgent: Math.round((after - before) / agents),
  }),
)
