import { afterAll, beforeAll, expect, test } from 'vitest'
import { Decisions } from '../../src/runtime/decisions.ts'
import { createMetrics } from '../../src/telemetry.ts'
import { event } from '../support/events.ts'
import { openMonitor, update } from '../support/monitor.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

interface Line {
  level: string
  message: string
  finding?: string
  detector?: string
  seq?: number
  command?: string
  rung?: string
}

let running: Awaited<ReturnType<typeof openMonitor>>
let decisions: Decisions
const lines: Line[] = []
const metrics = createMetrics({ processMetrics: false })

// A monitor alone: no API is opened here.
beforeAll(async () => {
  running = await openMonitor(temporaryDirectory())
  const say = (level: string) => (fields: object, message: string) => void lines.push({ level, message, ...fields })
  const logger = { info: say('info'), warn: say('warn'), error: say('error') }
  const { log, monitor } = running
  decisions = new Decisions({ log, commandTables: monitor.commandTables, metrics, logger })
  await decisions.start()
})
afterAll(async () => {
  await decisions.close()
  await running.close()
})

const stolen = (agent: string, network: string) => {
  const about = {
    agent: { id: agent },
    credential: { id: 'cred-1' },
    source: { network },
    task: { id: `task-${agent}` },
  }
  return { body: JSON.stringify(event(about)), contentType: 'application/json', received: 1_800_000_100_000 }
}

const counted = async (name: string): Promise<number> => {
  const found = (await metrics.registry.getMetricsAsJSON()).find((each) => each.name === name)
  return (found?.values ?? []).reduce((sum, { value }) => sum + value, 0)
}

test('a monitor that nobody looks at logs and counts each finding and each step of a command', async () => {
  const { monitor, failures } = running
  await monitor.ingest([stolen('a', 'eu'), stolen('b', 'us')])
  const { command } = await update(monitor, 'default', (u) => u.issue?.rung === 'revoke')
  const about = { tenant: 'default', time: 1_800_000_101_000 }
  await monitor.receive([{ ...about, command, point: 'p1', outcome: 'applied' }])
  await until('the step is told', () => lines.find((each) => each.message === 'command applied'))
  expect(lines.filter((each) => each.command === command)).toMatchObject([
    { level: 'info', message: 'command issued', rung: 'revoke' },
    { level: 'info', message: 'command applied', rung: 'revoke' },
  ])
  const findings = lines.filter((each) => each.message === 'finding')
  expect(findings.map((each) => each.detector)).toContain('shared-credential')
  expect(await counted('rescind_findings_total')).toBe(findings.length)
  const steps = lines.filter((each) => each.message.startsWith('command '))
  expect(await counted('rescind_command_updates_total')).toBe(steps.length)
  expect(failures).toEqual([])
})

test('what comes again in the log is told once', async () => {
  const { log, monitor } = running
  const [{ command = '' } = {}] = lines.filter((each) => each.message === 'command issued')
  for (const topic of ['findings', 'commands'])
    for await (const { key, value } of log.read(topic, 0)) await log.append([{ topic, key, value }])
  const other = (agent: string, network: string) => {
    const { body, ...about } = stolen(agent, network)
    return { ...about, body: body.replace('cred-1', 'cred-2') }
  }
  await monitor.ingest([other('c', 'ap'), other('d', 'us')])
  // In their partitions these come after what was repeated.
  await until('a command after it', () =>
    lines.find((each) => each.message === 'command issued' && each.command !== command && each.rung === 'revoke'),
  )
  const findings = lines.flatMap(({ finding }) => finding ?? [])
  const steps = lines.flatMap(({ command: of, seq }) => (of === undefined ? [] : `${of} ${seq}`))
  for (const told of [findings, steps]) expect(new Set(told).size).toBe(told.length)
})
