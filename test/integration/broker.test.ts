import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Broker, sharedBroker, startBroker } from '../support/broker.ts'
import { findInstallation } from '../support/kafka/installation.ts'
import { once } from '../support/kafka/once.ts'
import { answers, freePorts } from '../support/kafka/probe.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

/** What runs out of a directory, by the process table. */
const processesOf = (directory: string): string[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(directory))

const clientOf = ({ brokers }: Broker, retries = 20) =>
  new Kafka({
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries },
  })

async function create(broker: Broker, topic: string, config: Record<string, string> = {}) {
  const admin = clientOf(broker).admin()
  await admin.connect()
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: false })
  await admin.disconnect()
  // The client’s own wait fails where one of several brokers has not heard of the topic yet.
  await until(`${topic} has a leader`, async () => ((await partition(broker, topic)).leader >= 0 ? true : undefined))
}

async function write(broker: Broker, topic: string, values: (string | Buffer)[], retries?: number) {
  const producer = clientOf(broker, retries).producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  try {
    for (const value of values) await producer.send({ topic, acks: -1, messages: [{ value }] })
  } finally {
    await producer.disconnect()
  }
}

/** The first `count` values of a topic, by a new group. */
async function read(broker: Broker, topic: string, count: number): Promise<Buffer[]> {
  const consumer = clientOf(broker).consumer({
    groupId: `${topic}-${Math.random()}`,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 70_000_000,
  })
  const values: Buffer[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void values.push(message.value ?? Buffer.alloc(0)) })
  await until(`${count} records of ${topic}`, () => values.length >= count || undefined, { withinMs: 20_000 })
  await consumer.disconnect()
  return values
}

describe('one node', () => {
  let broker: Broker
  beforeAll(async () => {
    broker = await startBroker({ own: true })
  }, 120_000)
  afterAll(() => broker?.close())

  it('takes and gives records', async () => {
    await create(broker, 'small')
    await write(broker, 'small', ['a', 'b'])
    expect((await read(broker, 'small', 2)).map(String)).toEqual(['a', 'b'])
  })

  it('takes a record of almost 64 MiB where its topic allows it, and only there', async () => {
    const large = Buffer.alloc(63 * 1024 * 1024, 'x')
    await create(broker, 'large', { 'max.message.bytes': String(64 * 1024 * 1024) })
    await write(broker, 'large', [large])
    const [got] = await read(broker, 'large', 1)
    expect(got?.equals(large)).toBe(true)
    await create(broker, 'usual')
    await expect(write(broker, 'usual', [Buffer.alloc(2_000_000)], 1)).rejects.toThrow(
      /larger than the max message size/,
    )
  })

  it('makes no topic that nobody created', async () => {
    await expect(write(broker, 'typo', ['a'], 1)).rejects.toThrow(/does not host this topic-partition/)
  })

  it('keeps what it has while it is away', async () => {
    const address = broker.brokers[0] ?? ''
    await create(broker, 'kept')
    await write(broker, 'kept', ['a'])
    await broker.stopAll('frozen')
    expect(await answers(address, 300)).toBe(false)
    await broker.startAll()
    expect(await answers(address)).toBe(true)
    await write(broker, 'kept', ['b'])
    await broker.stopAll()
    expect(await answers(address)).toBe(false)
    await broker.startAll()
    await write(broker, 'kept', ['c'])
    expect((await read(broker, 'kept', 3)).map(String)).toEqual(['a', 'b', 'c'])
  })

  it('can be used by its address, shared by all that ask, and is then not to be stopped', async () => {
    vi.stubEnv('RESCIND_TEST_BROKERS', broker.brokers.join(', '))
    const [same, again] = await Promise.all([sharedBroker(), sharedBroker()])
    vi.unstubAllEnvs()
    expect(again).toBe(same)
    expect(same.brokers).toEqual(broker.brokers)
    await expect(same.kill(1)).rejects.toThrow(/not ours/)
    await same.close()
    expect(await answers(broker.brokers[0] ?? '')).toBe(true)
  })
})

describe('three nodes', () => {
  it('go on without the one that leads, which comes back with the others’ records', async () => {
    const broker = await startBroker({ own: true, nodes: 3 })
    try {
      await create(broker, 'copied')
      await write(broker, 'copied', ['before'])
      const { leader } = await partition(broker, 'copied')
      await broker.kill(leader)
      expect(await answers(broker.brokers[leader - 1] ?? '')).toBe(false)
      await write(broker, 'copied', ['without'])
      expect((await partition(broker, 'copied')).leader).not.toBe(leader)
      await broker.restart(leader)
      await until('all in sync', async () => (await partition(broker, 'copied')).isr.length === 3 || undefined)
      expect((await read(broker, 'copied', 2)).map(String)).toEqual(['before', 'without'])
    } finally {
      await broker.close()
    }
  }, 60_000)
})

async function partition(broker: Broker, topic: string) {
  const admin = clientOf(broker).admin()
  await admin.connect()
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  await admin.disconnect()
  const found = topics[0]?.partitions[0]
  if (found === undefined) throw new Error(`${topic} has no partition`)
  return found
}

describe('what is left', () => {
  it('is nothing after close', async () => {
    const directory = temporaryDirectory()
    vi.stubEnv('TMPDIR', directory)
    const broker = await startBroker({ own: true })
    vi.unstubAllEnvs()
    // Java and its guard.
    expect(processesOf(directory)).toHaveLength(2)
    await broker.close()
    expect(processesOf(directory)).toEqual([])
    expect(readdirSync(directory)).toEqual([])
    expect(await answers(broker.brokers[0] ?? '')).toBe(false)
  })

  it('is nothing after the parent was killed', async () => {
    const directory = temporaryDirectory()
    const parent = spawn(process.execPath, [compiled(), '3'], {
      env: { ...process.env, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [address] = JSON.parse(await firstLine(parent.stdout)) as string[]
    expect(processesOf(directory).length).toBeGreaterThanOrEqual(3)
    parent.kill('SIGKILL')
    await until('no process', () => processesOf(directory).length === 0 || undefined)
    expect(readdirSync(directory)).toEqual([])
    expect(await answers(address ?? '')).toBe(false)
  }, 60_000)

  it('keeps no process alive that forgot to close', async () => {
    const directory = temporaryDirectory()
    const parent = spawn(process.execPath, [compiled(), '1', 'end'], {
      env: { ...process.env, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => parent.once('exit', resolve))
    await firstLine(parent.stdout)
    expect(await ended).toBe(0)
    await until('no process', () => processesOf(directory).length === 0 || undefined)
    expect(readdirSync(directory)).toEqual([])
  })
})

/** A program that starts a broker, says where, and stays (or not); Node 20 runs no TypeScript. */
function compiled(): string {
  const from = fileURLToPath(new URL('../support/', import.meta.url))
  const to = temporaryDirectory()
  mkdirSync(join(to, 'kafka'))
  writeFileSync(join(to, 'package.json'), '{"type":"module"}')
  for (const name of ['broker.ts', ...readdirSync(join(from, 'kafka')).map((each) => join('kafka', each))]) {
    const { outputText } = ts.transpileModule(readFileSync(join(from, name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    })
    writeFileSync(join(to, name.replace(/\.ts$/, '.js')), outputText)
  }
  const main = join(to, 'main.js')
  writeFileSync(
    main,
    `import { startBroker } from './broker.js'
     const { brokers } = await startBroker({ own: true, nodes: Number(process.argv[2]) })
     console.log(JSON.stringify(brokers))
     if (process.argv[3] !== 'end') setInterval(() => {}, 1000)`,
  )
  return main
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line
  throw new Error('said nothing')
}

describe('the installation', () => {
  it('says what is missing', async () => {
    vi.stubEnv('JAVA_HOME', '')
    vi.stubEnv('PATH', temporaryDirectory())
    expect(await findInstallation()).toEqual({ missing: 'Java 17 or newer (none found)' })
    vi.unstubAllEnvs()
  })

  it('is made once by many, also after a maker died', async () => {
    const target = join(temporaryDirectory(), 'made')
    // No process has this number: the largest of Linux is 2^22.
    writeFileSync(`${target}.lock`, '99999999')
    let made = 0
    const make = async (part: string) => {
      made++
      // The others have all asked by then.
      await until('a turn', () => performance.now() > 0 || undefined)
      writeFileSync(join(part, 'file'), 'whole')
    }
    await Promise.all(Array.from({ length: 5 }, () => once(target, make)))
    expect(made).toBe(1)
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('whole')
    expect(existsSync(`${target}.lock`)).toBe(false)
  })

  it('tells a failed maker’s successor nothing of it', async () => {
    const target = join(temporaryDirectory(), 'made')
    const fail = async () => {
      throw new Error('no network')
    }
    await expect(once(target, fail)).rejects.toThrow('no network')
    expect(readdirSync(join(target, '..'))).toEqual([])
    await once(target, async () => {})
    expect(existsSync(target)).toBe(true)
  })

  it('takes ports that are free and differ', async () => {
    const ports = await freePorts(50)
    expect(new Set(ports).size).toBe(50)
    expect(Math.max(...ports)).toBeLessThan(32_768)
  })
})
