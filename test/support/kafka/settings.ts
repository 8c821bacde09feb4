import type { SecurityOptions } from './secured.ts'

export interface BrokerOptions {
  /** One node, or three of which any one may die. Default 1. */
  nodes?: 1 | 3
  /** Heap of each node, MiB. Default 256. */
  heapMb?: number
  /** It will run for minutes under load, so that it pays to compile it well: for benchmarks. */
  lasting?: boolean
  /** broker.session.timeout.ms: after this long a dead node is counted out. Default 2000. */
  sessionMs?: number
  /** Addresses of a cluster that runs already; it is not ours to kill. Else those of RESCIND_TEST_BROKERS. */
  brokers?: string[]
  /** A cluster of our own though RESCIND_TEST_BROKERS names one: for who kills nodes. */
  own?: boolean
  /** TLS, SASL and rights, at listeners of their own; a cluster of our own, by Java. */
  security?: SecurityOptions
  /** Further broker properties; they win. */
  properties?: Record<string, string>
}

/** Where one node listens, in the forms of server.properties. */
export interface Listeners {
  node: number
  listeners: string
  advertised: string
  /** Listener of the other brokers. */
  between: string
  protocols: string
  /** Every controller, as `1@host:port,2@host:port`. */
  voters: string
}

const largestRecord = 64 * 1024 * 1024

/** server.properties of a node, broker and controller in one process. */
export function propertiesOf(at: Listeners, options: BrokerOptions): Record<string, string> {
  const { nodes = 1, sessionMs = 2000 } = options
  const copies = String(nodes)
  const inSync = nodes === 3 ? '2' : '1'
  return {
    'process.roles': 'broker,controller',
    'node.id': String(at.node),
    'controller.quorum.voters': at.voters,
    'controller.listener.names': 'CONTROLLER',
    listeners: at.listeners,
    'advertised.listeners': at.advertised,
    'inter.broker.listener.name': at.between,
    'listener.security.protocol.map': at.protocols,
    'auto.create.topics.enable': 'false',
    'num.partitions': '3',
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': '2',
    'broker.session.timeout.ms': String(sessionMs),
    'broker.heartbeat.interval.ms': String(Math.ceil(sessionMs / 5)),
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // message.max.bytes stays Kafka’s own, so that a topic that forgets its max.message.bytes shows here too.
    'replica.fetch.max.bytes': String(largestRecord + 1024 * 1024),
    'fetch.max.bytes': String(largestRecord + 1024 * 1024),
    'log.segment.bytes': String(largestRecord + 1024 * 1024),
    'log.cleaner.threads': '1',
    'log.cleaner.dedupe.buffer.size': '8388608',
    'log.cleaner.backoff.ms': '500',
    'log.initial.task.delay.ms': '500',
    'num.network.threads': '2',
    'num.io.threads': '4',
    ...options.properties,
  }
}
