import { beforeAll, expect, test } from 'vitest'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import { built } from '../support/build.ts'
import { lookInto, recordedAndReplayed, valuesOf } from '../support/log.ts'
import { seeded } from '../support/random.ts'
import { type Service, startService } from '../support/service.ts'
import { stream } from '../support/stream.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

beforeAll(built)

const options = { args: ['--no-drill', '--no-history'] }

/** The stream, brought to end a minute ago: the edge refuses what is dated ahead. */
function past(seed: number, length: number): AgentEvent[] {
  const events = stream(seed, length)
  const latest = Math.max(...events.map(({ time }) => time))
  const by = Date.now() - 60_000 - latest
  return events.map((each) => ({ ...each, time: each.time + by }))
}

function bodies(events: readonly AgentEvent[], size: number): string[] {
  const cut: string[] = []
  for (let at = 0; at < events.length; at += size)
    cut.push(
      events
        .slice(at, at + size)
        .map((each) => JSON.stringify(each))
        .join('\n'),
    )
  return cut
}

/** Nothing new is decided any more: what is in the log has had its consequences. */
async function quiet(service: Service): Promise<void> {
  let before = ''
  await until(
    'the flow is quiet',
    async () => {
      const lag = await service.metric('rescind_inbox_lag_records')
      const decided = `${await service.metric('rescind_findings_total')} ${await service.metric('rescind_command_updates_total')}`
      const same = lag === 0 && decided === before
      before = decided
      return same ? true : undefined
    },
    { everyMs: 400 },
  )
}

test('the log of a run, replayed, gives its findings and commands byte for byte', async () => {
  const service = await startService(temporaryDirectory(), options)
  for (const body of bodies(past(5, 1_500), 100)) expect((await service.post(body)).status).toBe(202)
  await quiet(service)
  expect(await service.stop()).toBe(0)
  await lookInto(service.data, async (log) => {
    const { recorded, replayed } = await recordedAndReplayed(log)
    expect(recorded.findings.length).toBeGreaterThan(20)
    expect(recorded.commands.length).toBeGreaterThan(5)
    expect(replayed).toEqual(recorded)
  })
})

test('also across crashes: killed in mid-stream, nothing acknowledged is lost and nothing is issued twice', async () => {
  const random = seeded(77)
  const data = temporaryDirectory()
  let service = await startService(data, options)
  const acknowledged = new Set<string>()
  const events = past(9, 2_000)
  const waiting = bodies(events, 50)
  const hand = async (body: string): Promise<boolean> => {
    const told = await service.post(body).catch(() => undefined)
    if (told?.status !== 202) return false
    for (const line of body.split('\n')) acknowledged.add((JSON.parse(line) as AgentEvent).id)
    return true
  }
  for (let crash = 0; crash < 3; crash++) {
    // Several at once, so that the kill meets batches on their way to the disk.
    const burst = waiting.splice(0, 10)
    const answers = burst.map(hand)
    for (let i = 0; i < 1 + random() * 5; i++) await answers[i]
    await service.kill()
    const done = await Promise.all(answers)
    // What got no answer is handed in again, as a guard would.
    waiting.unshift(...burst.filter((_, i) => done[i] !== true))
    service = await startService(data, options)
  }
  for (const body of waiting) expect(await hand(body)).toBe(true)
  await quiet(service)
  expect(await service.stop()).toBe(0)
  await lookInto(data, async (log) => {
    const held = new Set((await valuesOf(log, 'events', 'events')).map((each) => (JSON.parse(each) as AgentEvent).id))
    expect(acknowledged.size).toBe(events.length)
    expect([...acknowledged].filter((id) => !held.has(id))).toEqual([])
    const { recorded, replayed } = await recordedAndReplayed(log)
    expect(recorded.commands.length).toBeGreaterThan(5)
    expect(replayed).toEqual(recorded)
    const updates = recorded.commands.map((each) => JSON.parse(each) as CommandUpdate)
    expect(new Set(updates.map(({ id }) => id)).size).toBe(updates.length)
    expect(updates.map(({ seq }) => seq)).toEqual(updates.map((_, i) => i + 1))
  })
})
