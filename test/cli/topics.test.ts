import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedBroker } from '../support/broker.ts'
import { built } from '../support/build.ts'
import { answer, rescind } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'

interface Report {
  ok: boolean
  topics: number
  created: string[]
  faults: { topic: string; setting: string; found: string; wanted: string; mend: string }[]
  warnings: string[]
}

const prefix = `cli-${randomUUID().slice(0, 8)}.`
const cwd = temporaryDirectory()
let env: Record<string, string>
let admin: kafkajs.Admin

beforeAll(async () => {
  built()
  const { brokers } = await sharedBroker()
  env = { RESCIND_KAFKA_BROKERS: brokers.join(','), RESCIND_KAFKA_PREFIX: prefix, RESCIND_KAFKA_PARTITIONS: '4' }
  admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
}, 60_000)

afterAll(async () => {
  await admin.deleteTopics({ topics: (await admin.listTopics()).filter((topic) => topic.startsWith(prefix)) })
  await admin.disconnect()
})

test('check says what is missing, create makes it, check is content', async () => {
  const before = await rescind(['topics', 'check'], { env, cwd })
  expect(before.code).toBe(1)
  expect(before.stdout).toMatch(new RegExp(`${prefix}events +topic +missing +4 partitions`))
  expect(before.stdout).toContain('rescind topics create')
  expect(before.stderr).toBe('')

  const made = await answer<Report>(['topics', 'create'], { env, cwd })
  expect(made).toMatchObject({ ok: true, faults: [] })
  expect(made.created).toContain(`${prefix}state-agent`)
  expect(made.created).toHaveLength(made.topics)

  const after = await rescind(['topics', 'check'], { env, cwd })
  expect(after.code).toBe(0)
  expect(after.stdout).toContain(`✓ ${made.topics} topics`)
  expect((await answer<Report>(['topics', 'create'], { env, cwd })).created).toEqual([])
})

test('a setting that was changed is named, with the command that mends it', async () => {
  await rescind(['topics', 'create'], { env, cwd })
  const name = `${prefix}state-agent`
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'min.insync.replicas', value: '2' },
        ],
      },
    ],
  })
  const { code, stdout } = await rescind(['topics', 'check'], { env, cwd })
  expect(code).toBe(1)
  expect(stdout).toMatch(new RegExp(`${name} +cleanup.policy +delete +compact`))
  expect(stdout).toContain(`--entity-name ${name} --add-config cleanup.policy=compact`)
  // One copy, and two must be in sync: nothing could be written.
  expect(stdout).toContain(`--entity-name ${name} --add-config min.insync.replicas=1`)
})

test('a session that the brokers refuse, fewer partitions and sources without topics are said', async () => {
  await rescind(['topics', 'create'], { env, cwd })
  const file = join(cwd, 'asked.yaml')
  writeFileSync(file, 'sources: [{ name: crm, topics: [no.such.topic] }, { name: all, pattern: no-such-.* }]\n')
  const asked = { ...env, RESCIND_KAFKA_SESSION_MS: '1000', RESCIND_KAFKA_PARTITIONS: '8' }
  const report = await answer<Report>(['topics', 'check', '--config', file], { env: asked, cwd })
  expect(report.faults).toContainEqual(
    expect.objectContaining({ topic: `${prefix}events`, setting: 'partitions', found: '4', wanted: '8' }),
  )
  expect(report.warnings).toContainEqual(expect.stringContaining('source crm: not there'))
  expect(report.warnings).toContainEqual(expect.stringContaining('source all: no topic matches'))
  const { configEntries = [] } =
    (
      await admin.describeConfigs({
        includeSynonyms: false,
        resources: [
          { type: kafkajs.ConfigResourceTypes.BROKER, name: '1', configNames: ['group.min.session.timeout.ms'] },
        ],
      })
    ).resources[0] ?? {}
  const least = Number(configEntries[0]?.configValue)
  expect(report.faults.some(({ setting }) => setting === 'group.min.session.timeout.ms')).toBe(least > 1000)
  const long = await answer<Report>(['topics', 'check', '--config', file], {
    env: { ...env, RESCIND_KAFKA_SESSION_MS: String(Math.max(1000, least)) },
    cwd,
  })
  expect(long.faults.some(({ setting }) => setting === 'group.min.session.timeout.ms')).toBe(false)
})

test('without brokers, or without an answer from them, it fails and says so', async () => {
  const none = await rescind(['topics', 'check'], { cwd })
  expect(none.code).toBe(1)
  expect(none.stderr).toContain('kafka.brokers')
  const away = await rescind(['topics', 'check'], { env: { ...env, RESCIND_KAFKA_BROKERS: '127.0.0.1:9' }, cwd })
  expect(away.code).toBe(1)
  expect(away.stderr).toContain('[LOG_UNREACHABLE]')
})
