import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { formats } from '../../src/formats/index.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Emission } from '../../src/runtime/drive.ts'
import { openInlet } from '../../src/runtime/inlet.ts'
import { RecordReplay } from '../../src/runtime/replay.ts'
import { rescind } from '../../src/topology.ts'
import { root } from '../repo/files.ts'
import { Driven, policyOf } from '../support/drive.ts'

const policy = { budget: 0.005 }
const lines = readFileSync(`${root}test/replay/golden.ndjson`, 'utf8').trimEnd().split('\n')

function replayed(records: readonly string[]) {
  const told: Emission[] = []
  const flow = new RecordReplay(rescind(detectors, policyOf(policy)), openInlet(formats), (each) => told.push(each))
  for (const record of records) flow.take(record)
  return { flow, of: (topic: string) => told.filter((each) => each.topic === topic).map(({ value }) => value) }
}

test('stored records lead to what the events lead to that they are', () => {
  const { flow, of } = replayed(lines)
  const driven = new Driven(policy).events(...lines.map((line) => JSON.parse(line) as AgentEvent))
  expect(driven.commands.length).toBeGreaterThan(0)
  expect(JSON.stringify(of('findings'))).toBe(JSON.stringify(driven.findings))
  expect(JSON.stringify(of('commands'))).toBe(JSON.stringify(driven.updates))
  expect(flow.counts).toEqual({ accepted: lines.length, rejected: 0, ignored: 0 })
  expect(flow.agents).toBe(driven.drive.lanes.get('agent')?.stats.keys)
})

test('what is refused leaves the flow as a dead letter, and the next record is taken', () => {
  const { flow, of } = replayed(['{"half":', lines[0] ?? ''])
  expect(of('dead-letters')).toMatchObject([{ stage: 'decode', code: 'JSON_SYNTAX', raw: '{"half":' }])
  expect(flow.counts).toEqual({ accepted: 1, rejected: 1, ignored: 0 })
})
