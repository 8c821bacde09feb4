import { setTimeout as pause } from 'node:timers/promises'
import { GenericContainer, getContainerRuntimeClient, Network, Wait } from 'testcontainers'
import { answers, freePorts } from './probe.ts'
import { type BrokerOptions, propertiesOf } from './settings.ts'

const image = 'apache/kafka:4.3.1'

/** A cluster in containers, with the same ports inside and outside, so that a node is where it says it is after a restart too. */
export async function startContainers(options: BrokerOptions) {
  const { nodes: count = 1, heapMb = 256 } = options
  const client = await getContainerRuntimeClient()
  const host = client.info.containerRuntime.host
  const network = await new Network().start()
  const ports = await freePorts(count)
  const voters = ports.map((_, i) => `${i + 1}@kafka${i + 1}:9093`).join(',')
  const starts = ports.map((port, i) => {
    const listeners = {
      node: i + 1,
      listeners: `PLAINTEXT://:${port},BETWEEN://:9094,CONTROLLER://:9093`,
      advertised: `PLAINTEXT://${host}:${port},BETWEEN://kafka${i + 1}:9094`,
      between: 'BETWEEN',
      protocols: 'PLAINTEXT:PLAINTEXT,BETWEEN:PLAINTEXT,CONTROLLER:PLAINTEXT',
      voters,
    }
    const settings = Object.entries(propertiesOf(listeners, options)).map(([name, value]) => [variable(name), value])
    return new GenericContainer(image)
      .withNetwork(network)
      .withNetworkAliases(`kafka${i + 1}`)
      .withExposedPorts({ container: port, host: port })
      .withEnvironment({
        CLUSTER_ID: 'UmVzY2luZFRlc3RDbHVzdA',
        KAFKA_HEAP_OPTS: `-Xmx${heapMb}m`,
        ...Object.fromEntries(settings),
      })
      .withWaitStrategy(Wait.forListeningPorts())
      .start()
  })
  const settled = await Promise.allSettled(starts)
  const containers = settled.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const brokers = ports.map((port) => `${host}:${port}`)
  const nodes = containers.map((container, i) => {
    const of = client.container.getById(container.getId())
    const ready = async () => {
      while (!(await answers(brokers[i] ?? ''))) await pause(100)
    }
    return {
      ready,
      async stop() {
        // A paused container takes no signal.
        if ((await of.inspect()).State.Paused) await of.unpause()
        if ((await of.inspect()).State.Running) await of.kill()
        await of.wait()
      },
      async restart() {
        await of.start()
        await ready()
      },
      freeze: () => of.pause().then(() => {}),
      async resume() {
        const { Paused, Running } = (await of.inspect()).State
        if (Paused) await of.unpause()
        else if (!Running) await of.start()
        await ready()
      },
    }
  })
  const close = async () => {
    await Promise.all(containers.map((container) => container.stop({ timeout: 1000 })))
    await network.stop()
  }
  const failed = settled.find((end) => end.status === 'rejected')
  if (failed !== undefined) {
    await close()
    throw failed.reason
  }
  await Promise.all(nodes.map((node) => node.ready()))
  return { brokers, nodes, close }
}

/** The image’s name for a property: `log.cleaner.threads` is KAFKA_LOG_CLEANER_THREADS. */
const variable = (property: string) =>
  `KAFKA_${property.replaceAll('_', '__').replaceAll('-', '___').replaceAll('.', '_').toUpperCase()}`
