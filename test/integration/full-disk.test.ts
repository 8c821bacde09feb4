import { beforeAll, expect, test } from 'vitest'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import { built } from '../support/build.ts'
import { lookInto, recordedAndReplayed, valuesOf } from '../support/log.ts'
import { startService } from '../support/service.ts'
import { stream } from '../support/stream.ts'
import { temporaryDirectory } from '../support/temporary.ts'

beforeAll(built)

const options = { args: ['--no-drill', '--no-history'] }

test.each([3, 5])(
  'a log that has no room under load (%d MiB): nothing acknowledged is lost, and what was refused takes effect once when it is handed in again',
  async (maxMiB) => {
    const data = temporaryDirectory()
    const events = stream(21, 6000)
    const by = Date.now() - 60_000 - Math.max(...events.map(({ time }) => time))
    const waiting: AgentEvent[][] = []
    for (let at = 0; at < events.length; at += 50)
      waiting.push(events.slice(at, at + 50).map((each) => ({ ...each, time: each.time + by })))
    const acknowledged = new Set<string>()

    let service = await startService(data, { ...options, maxFileKiB: maxMiB * 1024 })
    const hand = async (batch: readonly AgentEvent[]): Promise<boolean> => {
      const body = batch.map((each) => JSON.stringify(each)).join('\n')
      const told = await service.post(body).catch(() => undefined)
      if (told?.status !== 202) return false
      for (const { id } of batch) acknowledged.add(id)
      return true
    }
    const refused: AgentEvent[][] = []
    // Several at a time, so that transactions that fail have others behind them.
    while (waiting.length > 0 && refused.length === 0) {
      const burst = waiting.splice(0, 8)
      const done = await Promise.all(burst.map(hand))
      refused.push(...burst.filter((_, i) => done[i] !== true))
    }
    expect(refused.length).toBeGreaterThan(0)
    // When what the flow made has no room it ends by itself; when only what was handed in had none, it lives and refuses.
    await service.kill()
    expect([1, null]).toContain(await service.ended)
    expect(service.said.stderr).toContain('LOG_WRITE_FAILED')
    service = await startService(data, options)
    for (const batch of [...refused, ...waiting]) expect(await hand(batch)).toBe(true)
    expect(await service.stop()).toBe(0)
    await lookInto(data, async (log) => {
      const held = (await valuesOf(log, 'events', 'events')).map((each) => (JSON.parse(each) as AgentEvent).id)
      expect(acknowledged.size).toBe(events.length)
      expect(new Set(held)).toEqual(acknowledged)
      const { recorded, replayed } = await recordedAndReplayed(log)
      expect(recorded.commands.length).toBeGreaterThan(5)
      expect(replayed).toEqual(recorded)
      const updates = recorded.commands.map((each) => JSON.parse(each) as CommandUpdate)
      expect(new Set(updates.map(({ id }) => id)).size).toBe(updates.length)
    })
  },
  // Some thousand commits to a disk that others write to as well.
  120_000,
)
