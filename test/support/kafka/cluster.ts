import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGuard } from './guard.ts'
import { type Launch, Node, PortTaken } from './node.ts'
import { freePorts } from './probe.ts'
import { type BrokerOptions, propertiesOf } from './settings.ts'

export interface Cluster {
  brokers: string[]
  nodes: Node[]
  /** Stops every node and removes the directory. */
  close(graceMs?: number): Promise<void>
}

/** A cluster of Java processes on 127.0.0.1, ready when all nodes answer. `checkpoint`: what Kafka’s `format` wrote. */
export async function startCluster(
  launch: Omit<Launch, 'heapMb' | 'lasting'> & { checkpoint: string },
  options: BrokerOptions,
): Promise<Cluster> {
  for (let tries = 1; ; tries++) {
    const cluster = await layOut(launch, options)
    try {
      await allOf(cluster.nodes.map((node) => node.start()))
      return cluster
    } catch (error) {
      await cluster.close(0)
      if (!(error instanceof PortTaken) || tries === 10) throw error
    }
  }
}

async function layOut(launch: Omit<Launch, 'heapMb' | 'lasting'> & { checkpoint: string }, options: BrokerOptions) {
  const { nodes: count = 1, heapMb = 256, lasting = false } = options
  const directory = mkdtempSync(join(tmpdir(), 'rescind-kafka-'))
  const guard = startGuard(directory)
  const ports = await freePorts(count * 2)
  const brokers = ports.slice(0, count).map((port) => `127.0.0.1:${port}`)
  const controllers = ports.slice(count).map((port) => `127.0.0.1:${port}`)
  const cluster = uuid()
  const nodes = brokers.map((address, i) => {
    const home = join(directory, `node${i + 1}`)
    const data = join(home, 'data')
    mkdirSync(data, { recursive: true })
    copyFileSync(launch.checkpoint, join(data, 'bootstrap.checkpoint'))
    write(join(data, 'meta.properties'), {
      version: '1',
      'cluster.id': cluster,
      'node.id': String(i + 1),
      'directory.id': uuid(),
    })
    write(join(home, 'server.properties'), {
      'log.dirs': data,
      ...propertiesOf(
        {
          node: i + 1,
          listeners: `PLAINTEXT://${address},CONTROLLER://${controllers[i]}`,
          advertised: `PLAINTEXT://${address}`,
          between: 'PLAINTEXT',
          protocols: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
          voters: controllers.map((each, n) => `${n + 1}@${each}`).join(','),
        },
        options,
      ),
    })
    return new Node(home, address, { ...launch, heapMb, lasting }, guard)
  })
  return {
    brokers,
    nodes,
    async close(graceMs = 1000) {
      await Promise.all(nodes.map((node) => node.stop(graceMs)))
      await guard.end()
    },
  }
}

/** Waits for all to settle before it fails with the first failure, so that nothing is still under way. */
async function allOf(work: Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work)
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  // One node that cannot have its port makes the others fail for want of a quorum.
  if (reasons.length > 0) throw reasons.find((reason) => reason instanceof PortTaken) ?? reasons[0]
}

/** Sixteen bytes as Kafka writes them. */
function uuid(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? uuid() : id
}

/** Backslashes are escapes in Java’s properties. */
const write = (path: string, properties: Record<string, string>) =>
  writeFileSync(
    path,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
      .join(''),
  )
