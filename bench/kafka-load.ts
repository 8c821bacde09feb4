import { setTimeout as pause } from 'node:timers/promises'
import type { Batch, Consumer, Kafka, Message, Producer } from 'kafkajs'
import type { CommandUpdate } from '../src/model/command.ts'
import type { AgentEvent } from '../src/model/event.ts'
import { partitionOfKey } from '../src/ports/partition-of.ts'

/** Messages in one send. The client groups a send’s messages in quadratic time, so more at once is not faster. */
const perSend = 400
const sendsInFlight = 4

export interface Load {
  /** Sends the events as an enforcement point would, as JSON and keyed by agent; resolves when all are acknowledged. */
  send(events: Iterable<AgentEvent>, hold?: (sent: number) => Promise<void>): Promise<{ bytes: number }>
  /** A few events at once, in one request. */
  sendNow(events: readonly AgentEvent[]): Promise<void>
  close(): Promise<void>
}

/** A producer that knows nothing of us but the events topic and the key. */
export async function openLoad(kafka: Kafka, topic: string, partitions: number): Promise<Load> {
  const producer: Producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const messageOf = (event: AgentEvent): Message & { partition: number } => {
    const key = `${event.tenant}/${event.agent.id}`
    return { key, value: JSON.stringify(event), partition: partitionOfKey(key, partitions) }
  }
  return {
    async send(events, hold) {
      const waiting: Message[][] = Array.from({ length: partitions }, () => [])
      const inFlight = new Set<Promise<unknown>>()
      let bytes = 0
      let sent = 0
      const post = async (partition: number) => {
        const messages = waiting[partition] as Message[]
        waiting[partition] = []
        if (messages.length === 0) return
        sent += messages.length
        const sending: Promise<unknown> = producer.send({ topic, messages }).finally(() => inFlight.delete(sending))
        inFlight.add(sending)
        if (inFlight.size >= sendsInFlight) await Promise.race(inFlight)
      }
      for (const event of events) {
        const message = messageOf(event)
        const messages = waiting[message.partition] as Message[]
        messages.push(message)
        bytes += message.value?.length ?? 0
        if (messages.length < perSend) continue
        await post(message.partition)
        await hold?.(sent)
      }
      for (let partition = 0; partition < partitions; partition++) await post(partition)
      await Promise.all(inFlight)
      return { bytes }
    },
    async sendNow(events) {
      await producer.send({ topic, messages: events.map(messageOf) })
    },
    close: () => producer.disconnect(),
  }
}

/** Follows the commands from now on; resolves when it has joined. */
export async function followCommands(
  kafka: Kafka,
  topic: string,
  told: (update: CommandUpdate) => void,
): Promise<() => Promise<void>> {
  const consumer = await consumerOf(kafka, topic, `${topic}-bench`, false)
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.FETCH, () => resolve())
  })
  await run(consumer, ({ messages }) => {
    for (const { value } of messages) if (value !== null) told(JSON.parse(value.toString()) as CommandUpdate)
  })
  await joined
  return () => consumer.disconnect()
}

async function consumerOf(kafka: Kafka, topic: string, groupId: string, fromBeginning: boolean): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning })
  return consumer
}

const run = (consumer: Consumer, take: (batch: Batch) => void): Promise<void> =>
  consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => take(batch) })

/** How fast this broker, this client and JSON.parse alone go through the same events; the broker is warm afterwards. Per second. */
export async function measureRead(kafka: Kafka, topic: string, events: number): Promise<number> {
  const consumer = await consumerOf(kafka, topic, `${topic}-read`, true)
  let read = 0
  let began = Number.NaN
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    run(consumer, ({ messages }) => {
      if (read === 0) began = performance.now()
      for (const { value } of messages)
        if (typeof (JSON.parse(String(value)) as { id: unknown }).id === 'string') read++
      if (read >= events) resolve()
    }).catch(reject)
  })
  const seconds = (performance.now() - began) / 1000
  await consumer.disconnect()
  return Math.round(read / seconds)
}

const hops = 300
const coldHops = 100
const betweenMs = 5

/** What one hop over this broker takes with the same client and nothing of ours in between: produced → consumed, ms, sorted. */
export async function measureHops(kafka: Kafka, topic: string): Promise<number[]> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const consumer = await consumerOf(kafka, topic, topic, true)
  const took: number[] = []
  const sent = new Map<string, number>()
  await run(consumer, ({ messages }) => {
    for (const { key } of messages) took.push(performance.now() - (sent.get(String(key)) ?? Number.NaN))
  })
  for (let i = 0; i < hops; i++) {
    sent.set(`${i}`, performance.now())
    await producer.send({ topic, messages: [{ key: `${i}`, value: 'x'.repeat(600) }] })
    await pause(betweenMs)
  }
  while (took.length < hops) await pause(betweenMs)
  await consumer.disconnect()
  await producer.disconnect()
  return took.slice(coldHops).sort((a, b) => a - b)
}
