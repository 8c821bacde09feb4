import { setTimeout as pause } from 'node:timers/promises'
import { startCluster } from './kafka/cluster.ts'
import { findInstallation } from './kafka/installation.ts'
import { answers } from './kafka/probe.ts'
import type { Doors } from './kafka/secured.ts'
import type { BrokerOptions } from './kafka/settings.ts'

/** A real Kafka cluster. */
export interface Broker {
  /** Bootstrap addresses, as `host:port`. */
  brokers: string[]
  /** Where it was asked for `security`. */
  doors?: Doors
  nodes: number
  /** SIGKILL of a node (1-based); resolves when the process is gone. */
  kill(node: number): Promise<void>
  /** Starts a killed node again over its data; resolves when it answers. */
  restart(node: number): Promise<void>
  /** The broker is away: killed, so that connections are refused, or frozen, so that they hang. Default 'killed'. */
  stopAll(how?: 'killed' | 'frozen'): Promise<void>
  /** Resolves when all nodes answer again. */
  startAll(): Promise<void>
  /** Stops what was started here and removes its directory. */
  close(): Promise<void>
}

interface NodeControl {
  stop(): Promise<void>
  restart(): Promise<void>
  freeze(): void | Promise<void>
  resume(): Promise<void>
}

/**
 * A broker from an address; else from Maven Central’s jars, by Java; else from a container. Throws what to install when there is none.
 * The broker never keeps this process alive, and ends with it, however it ends.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const given = process.env.RESCIND_TEST_BROKERS
  const named =
    given && !options.own && options.security === undefined ? given.split(',').map((each) => each.trim()) : undefined
  const addresses = options.brokers ?? named
  if (addresses !== undefined) return brokerAt(addresses)
  const installation = await findInstallation()
  if (!('missing' in installation)) return controlled(await startCluster(installation, options))
  if (options.security !== undefined) throw new Error(`A secured cluster runs by Java only: ${installation.missing}`)
  // Slow to load, and seldom needed.
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    await getContainerRuntimeClient()
  } catch (error) {
    throw new Error(
      `No Kafka broker to be had. Give the address of one in RESCIND_TEST_BROKERS, or install Java 17 and Maven (Debian: ` +
        `apt-get install openjdk-17-jre-headless maven), or run Docker. Missing: ${installation.missing}; Docker: ${String(error)}`,
    )
  }
  const { startContainers } = await import('./kafka/container.ts')
  return controlled(await startContainers(options))
}

let shared: Promise<Broker> | undefined

/** One broker for all that this process does; it ends with the process. A test file of vitest has a process of its own. */
export function sharedBroker(): Promise<Broker> {
  shared ??= startBroker()
  return shared
}

function controlled(cluster: {
  brokers: string[]
  doors?: Doors
  nodes: NodeControl[]
  close(): Promise<void>
}): Broker {
  const { brokers, doors, nodes } = cluster
  const at = (node: number): NodeControl => {
    const found = nodes[node - 1]
    if (found === undefined) throw new Error(`there is no node ${node}; they are 1 to ${nodes.length}`)
    return found
  }
  const each = async (act: (node: NodeControl) => void | Promise<void>) => {
    await Promise.all(nodes.map(act))
  }
  return {
    brokers,
    ...(doors === undefined ? {} : { doors }),
    nodes: nodes.length,
    kill: async (node) => at(node).stop(),
    restart: async (node) => at(node).restart(),
    stopAll: (how = 'killed') => each((node) => (how === 'frozen' ? node.freeze() : node.stop())),
    startAll: () => each((node) => node.resume()),
    close: () => cluster.close(),
  }
}

/** A cluster that others run. */
async function brokerAt(brokers: string[]): Promise<Broker> {
  const deadline = performance.now() + 30_000
  for (const address of brokers)
    while (!(await answers(address))) {
      if (performance.now() > deadline) throw new Error(`no Kafka broker answers at ${address}`)
      await pause(100)
    }
  const refuse = async () => {
    throw new Error('this broker was given by its address: it is not ours to stop (ask for one with `own: true`)')
  }
  return {
    brokers,
    nodes: brokers.length,
    kill: refuse,
    restart: refuse,
    stopAll: refuse,
    startAll: refuse,
    close: async () => {},
  }
}
