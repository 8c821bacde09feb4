import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import type { Finding } from '../../src/model/finding.ts'
import { defaultPolicy, stamped } from '../../src/policy/policy.ts'
import { rescind } from '../../src/topology.ts'
import { event } from '../support/events.ts'
import { valuesOf } from '../support/log.ts'
import { openMonitor, update } from '../support/monitor.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { compareStates } from './verify.ts'

const flow = rescind(detectors, stamped(defaultPolicy(), 0))

const stolen = (agent: string, network: string) => ({
  body: JSON.stringify(
    event({ agent: { id: agent }, credential: { id: 'cred-1' }, source: { network }, time: Date.now() }),
  ),
  received: Date.now(),
})

/** A monitor that has issued a command which nobody answers, and has stopped. */
async function unanswered(directory: string) {
  const opened = await openMonitor(directory)
  await opened.monitor.ingest([stolen('a', 'eu'), stolen('b', 'us')])
  await update(opened.monitor, 'default', (u) => u.state === 'issued')
  await opened.monitor.close()
  return opened
}

const alarms = async (log: Parameters<typeof valuesOf>[0]) =>
  (await valuesOf(log, 'findings')).filter((value) => (JSON.parse(value) as Finding).detector === 'unanswered-command')

test('ticks behind the state that was left are no difference, and a start goes on with them', async () => {
  const directory = temporaryDirectory()
  const first = await unanswered(directory)
  const before = await compareStates(first.log, flow)
  const tick = JSON.stringify({ time: Date.now() + 60_000 })
  await first.log.append([{ topic: 'by-tenant', partition: 0, key: '', value: tick, headers: { stream: 'tick' } }])
  const after = await compareStates(first.log, flow)
  expect(after).toEqual({ stateEqual: true, differences: [], repeated: 0, behind: before.behind + 1 })
  expect(await alarms(first.log)).toEqual([])
  await first.close()

  const second = await openMonitor(directory)
  await until('the alarm', async () => (await alarms(second.log)).length > 0 || undefined)
  await second.monitor.close()
  expect(await compareStates(second.log, flow)).toMatchObject({ stateEqual: true, differences: [] })
  expect(await alarms(second.log)).toHaveLength(1)
  await second.close()
})

test('a state that is not what the inbox gives is told by key and part', async () => {
  const { log, close } = await unanswered(temporaryDirectory())
  const key = '\u0000progress'
  const records = []
  for await (const record of log.read('state-tenant', 0)) records.push(record)
  const part = records.findLast((record) => record.key.startsWith('\u0000part/'))
  const entry = JSON.parse(part?.value ?? '[]') as [{ alarmed: boolean }]
  const value = JSON.stringify([{ ...entry[0], alarmed: true }])
  const at = records.findLast((record) => record.key === key)?.headers ?? {}
  await log.append([{ topic: 'state-tenant', partition: 0, key: part?.key ?? '', value, headers: at }])
  const { stateEqual, differences } = await compareStates(log, flow)
  expect(stateEqual).toBe(false)
  expect(differences).toEqual([expect.stringMatching(/^tenant\/0 default: .*\/alarmed is true, would be false$/)])
  await close()
})
