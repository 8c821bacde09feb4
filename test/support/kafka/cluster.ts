import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format } from './format.ts'
import { startGuard } from './guard.ts'
import { type Launch, Node, PortTaken } from './node.ts'
import { freePorts } from './probe.ts'
import { type Doors, doorProtocols, scramArguments, secure } from './secured.ts'
import { type BrokerOptions, propertiesOf } from './settings.ts'

export interface Cluster {
  brokers: string[]
  doors?: Doors
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
  const { nodes: count = 1, heapMb = 256, lasting = false, security } = options
  const directory = mkdtempSync(join(tmpdir(), 'rescind-kafka-'))
  const guard = startGuard(directory)
  const protocols = {
    PLAINTEXT: 'PLAINTEXT',
    CONTROLLER: 'PLAINTEXT',
    ...(security === undefined ? {} : doorProtocols),
  }
  const listeners = Object.keys(protocols)
  const ports = await freePorts(count * listeners.length)
  const addressesOf = (listener: string) => {
    const first = listeners.indexOf(listener) * count
    return ports.slice(first, first + count).map((port) => `127.0.0.1:${port}`)
  }
  const brokers = addressesOf('PLAINTEXT')
  const controllers = addressesOf('CONTROLLER')
  const secured = security === undefined ? undefined : secure(directory, security, addressesOf)
  const checkpoint =
    security === undefined ? launch.checkpoint : await format(launch, directory, scramArguments(security))
  const cluster = uuid()
  const nodes = brokers.map((address, i) => {
    const home = join(directory, `node${i + 1}`)
    const at = (names: string[]) => names.map((name) => `${name}://${addressesOf(name)[i]}`).join()
    const data = join(home, 'data')
    mkdirSync(data, { recursive: true })
    copyFileSync(checkpoint, join(data, 'bootstrap.checkpoint'))
    write(join(data, 'meta.properties'), {
      version: '1',
      'cluster.id': cluster,
      'node.id': String(i + 1),
      'directory.id': uuid(),
    })
    write(join(home, 'server.properties'), {
      'log.dirs': data,
      ...secured?.properties,
      ...propertiesOf(
        {
          node: i + 1,
          listeners: at(listeners),
          advertised: at(listeners.filter((name) => name !== 'CONTROLLER')),
          between: 'PLAINTEXT',
          protocols: Object.entries(protocols)
            .map((each) => each.join(':'))
            .join(),
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
    ...(secured === undefined ? {} : { doors: secured.doors }),
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
