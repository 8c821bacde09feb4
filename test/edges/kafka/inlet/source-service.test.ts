import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import { beforeAll, expect, test } from 'vitest'
import { sharedBroker } from '../../../support/broker.ts'
import { built } from '../../../support/build.ts'
import { startService } from '../../../support/service.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { until } from '../../../support/until.ts'

beforeAll(built)

test('a monitor with the embedded log takes events of a topic, and goes on where it was after a kill', async () => {
  const { brokers } = await sharedBroker()
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })]
  await Promise.all([admin.connect(), producer.connect()])
  const topic = `service-${randomUUID().slice(0, 8)}`
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
  const send = (count: number) =>
    producer.send({
      topic,
      messages: Array.from({ length: count }, (_, at) => ({
        partition: at % 2,
        value: JSON.stringify({
          id: randomUUID(),
          time: Date.now(),
          kind: 'outcome',
          agent: { id: 'from-kafka' },
          tool: { name: 'crm.search' },
          action: 'read',
        }),
      })),
    })
  const data = temporaryDirectory()
  const file = join(data, 'rescind.yaml')
  const source = { name: topic, brokers, topics: [topic], from: 'earliest', tenant: 'crm' }
  writeFileSync(file, JSON.stringify({ sources: [source], history: { enabled: false } }))
  const args = ['--no-drill', '--config', file]
  try {
    await send(20)
    await producer.send({ topic, messages: [{ value: 'poison', partition: 0 }] })
    const first = await startService(data, { args })
    await until('all are read', async () =>
      (await first.metric('rescind_source_records_total', `source="${topic}"`)) === 21 ? true : undefined,
    )
    expect(await first.metric('rescind_source_rejected_total', topic)).toBe(1)
    expect(await first.metric('rescind_source_lag_records', topic)).toBe(0)
    expect(await first.metric('rescind_events_accepted_total')).toBe(20)
    expect(await first.metric('rescind_events_rejected_total')).toBe(1)
    const { agents } = await first.get<{ agents: { id: string }[] }>('/v1/agents?tenant=crm')
    expect(agents.map(({ id }) => id)).toEqual(['from-kafka'])
    await send(500)
    await first.kill()
    await send(20)
    const second = await startService(data, { args })
    const known = () => second.get<{ agent: { acts: number } }>('/v1/agents/from-kafka?tenant=crm')
    // Not one more: what the kill left uncommitted is read again and known again.
    await until('all took effect, each once', async () => ((await known()).agent.acts >= 540 ? true : undefined), {
      withinMs: 30_000,
    })
    await until('no lag', async () =>
      (await second.metric('rescind_source_lag_records', topic)) === 0 ? true : undefined,
    )
    expect((await known()).agent.acts).toBe(540)
    expect(await second.stop()).toBe(0)
  } finally {
    await admin.deleteTopics({ topics: [topic] })
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}, 90_000)
