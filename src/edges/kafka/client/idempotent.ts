import kafkajs, { type Broker, type Cluster, type CompressionTypes, type Kafka, type Message } from 'kafkajs'
import { causesOf } from '../../../errors.ts'

/** What the cluster knows a producer by; each partition counts its records. */
export interface Identity {
  producerId: number
  producerEpoch: number
}

/** Records of one partition, under one number: however often they are sent, they are in the log once. */
export interface Numbered {
  topic: string
  partition: number
  firstSequence: number
  messages: Message[]
}

/** What the client’s brokers can do beyond what its types tell. */
interface Identifier {
  initProducerId(request: { transactionTimeout: number }): Promise<Identity>
}

/**
 * A connection to each broker that produces, one request at a time for each, with records of many partitions in it. The client’s
 * own producer counts wrong when one of several partitions fails, and forgets one that moves meanwhile (tulios/kafkajs#1303),
 * so here the numbers are the caller’s; the protocol, the connections and the metadata are the client’s.
 */
export class Idempotent {
  readonly #cluster: Cluster
  readonly #compression: CompressionTypes
  #identity: Promise<Identity> | undefined

  constructor(kafka: Kafka, compression: CompressionTypes) {
    this.#cluster = clusterOf(kafka)
    this.#compression = compression
  }

  /** The same for all who ask, until one says that it is `lost`. */
  async identity(lost?: Identity): Promise<Identity> {
    if (lost !== undefined && (await this.#identity?.catch(() => undefined)) === lost) this.#identity = undefined
    this.#identity ??= this.#identify()
    try {
      return await this.#identity
    } catch (error) {
      this.#identity = undefined
      throw error
    }
  }

  async #identify(): Promise<Identity> {
    await this.#cluster.connect()
    const broker = (await this.#cluster.findControllerBroker()) as Broker & Identifier
    const { producerId, producerEpoch } = await broker.initProducerId({ transactionTimeout: 60_000 })
    return { producerId, producerEpoch }
  }

  /** The broker that leads a partition. Rejects while there is none. */
  async leader(topic: string, partition: number): Promise<number> {
    await this.#cluster.connect()
    await this.#cluster.addTargetTopic(topic)
    const found = this.#cluster.findTopicPartitionMetadata(topic).find((each) => each.partitionId === partition)
    if (found !== undefined && found.leader >= 0) return found.leader
    await this.#cluster.refreshMetadata()
    throw new kafkajs.KafkaJSError(`${topic}/${partition} has no leader.`)
  }

  /** Durable when resolved: the offset of the first of each. Rejects when one of them failed: the others may have not. */
  async produce(leader: number, { producerId, producerEpoch }: Identity, all: readonly Numbered[]): Promise<number[]> {
    const broker = await this.#cluster.findBroker({ nodeId: String(leader) })
    const byTopic = new Map<string, Numbered[]>()
    for (const each of all) {
      const others = byTopic.get(each.topic)
      if (others === undefined) byTopic.set(each.topic, [each])
      else others.push(each)
    }
    const topicData = [...byTopic].map(([topic, partitions]) => ({ topic, partitions }))
    const { topics } = (await broker.produce({
      ...{ topicData, producerId, producerEpoch },
      ...{ acks: -1, compression: this.#compression },
    })) as Answer
    const offsets = new Map<string, number>()
    for (const { topicName, partitions } of topics)
      for (const { partition, baseOffset } of partitions) offsets.set(`${topicName}/${partition}`, Number(baseOffset))
    return all.map(({ topic, partition }) => {
      const offset = offsets.get(`${topic}/${partition}`)
      if (offset === undefined) throw new kafkajs.KafkaJSError(`The broker did not answer for ${topic}/${partition}.`)
      return offset
    })
  }

  /** After a failure: what is known of the cluster is asked anew. */
  async refresh(error: unknown): Promise<void> {
    for (const each of causesOf(error))
      if (isClosed(each)) this.#cluster.removeBroker({ host: each.host, port: each.port })
    await this.#cluster.connect()
    await this.#cluster.refreshMetadata()
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect()
  }
}

const isClosed = (error: Error): error is Error & { host: string; port: number } =>
  error.name === 'KafkaJSConnectionClosedError' && 'host' in error && 'port' in error

interface Answer {
  topics: { topicName: string; partitions: { partition: number; baseOffset: string }[] }[]
}

/** The client hands its view of the cluster to whoever assigns partitions, and to nobody else. */
function clusterOf(kafka: Kafka): Cluster {
  let found: Cluster | undefined
  kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        return {
          name: '',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: '', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  if (found === undefined) throw new TypeError('kafkajs gave no cluster to its assigner')
  return found
}
