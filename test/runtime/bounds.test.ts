import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { largestState } from '../../src/flow/entity.ts'
import { Lane, type Output } from '../../src/flow/lane.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Scope } from '../../src/model/scope.ts'
import { Inbox } from '../../src/runtime/inbox.ts'
import { changelogOf } from '../../src/runtime/state.ts'
import type { Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'
import { policyOf } from '../support/drive.ts'

/** All lanes, each with one partition, over what is put in and what comes of it. */
function flowing() {
  const flow = rescind(detectors, policyOf({ mode: 'enforce' }))
  const inboxes = new Map(flow.lanes.map((spec) => [spec.name, new Inbox(new Lane<Streams>(flow, spec))]))
  let offset = 0
  const put = <Name extends keyof Streams & string>(stream: Name, value: Streams[Name]) => {
    const left: Output[] = [{ topic: '', stream, key: flow.streams[stream].key?.(value) ?? '', value }]
    for (let output = left.shift(); output !== undefined; output = left.shift()) {
      const { stream, key } = output
      const spec = flow.streams[stream as Name]
      if (output.topic !== '') continue
      for (const [name, inbox] of inboxes)
        if (spec.broadcast === true || spec.lane === name)
          inbox.take(
            {
              ...{ topic: inbox.lane.spec.inbox, partition: 0, offset: offset++, key, appended: 0 },
              ...{ value: JSON.stringify(output.value), headers: { stream } },
            },
            (out) => left.push(out),
          )
    }
  }
  const written = () =>
    [...inboxes].flatMap(([lane, inbox]) =>
      changelogOf(inbox, 0).map(({ key, value }) => ({ lane, key, size: value?.length ?? 0 })),
    )
  const outgrown = () => [...inboxes.values()].reduce((sum, { lane }) => sum + lane.stats.outgrown, 0)
  return { put, written, outgrown }
}

const long = (text: string, length: number) => `${text}-`.padEnd(length, 'x')

/** An act of one agent that names as much as an event may, all of it new. */
function fat(i: number, length = 512): AgentEvent {
  const name = (what: string) => long(`${what}${i}`, length)
  const digests = (what: string) =>
    Array.from({ length: 32 }, (_, n) => long(`${what}${i}.${n}`, Math.min(length, 128)))
  return {
    ...{ id: name('e'), time: 1_700_000_000_000 + i * 1000, kind: 'attempt', tenant: 'acme', session: name('s') },
    agent: { id: 'fat', cohort: 'fat' },
    ...{ principal: name('p'), call: name('c'), action: 'export', outcome: 'allowed', environment: name('n') },
    task: { id: name('t'), intent: 'x'.repeat(4096) },
    trace: { id: 'trace' },
    credential: { id: 'cred', scopes: Array.from({ length: 256 }, () => 'x'.repeat(256)) },
    tool: { name: name('tool'), server: name('server') },
    resource: { id: name('r'), dataset: name('d'), sensitivity: 'restricted' },
    destinations: Array.from({ length: 64 }, (_, n) => ({
      hash: name(`h${n}`),
      seen: { in: 'tool-output', form: 'prose' },
    })),
    arguments: { digest: name('a'), shown: 'x'.repeat(1024), items: 500 },
    provenance: { request: name('q'), untrusted: 'identifier', read: digests('r'), used: digests('u') },
    source: { network: 'x'.repeat(128), ip: `10.0.0.${i % 250}` },
    point: { id: name('point') },
  }
}

const scope = (i: number, tools: readonly string[]): Scope & { time: number } => ({
  ...{ id: `scope-${i}`, tenant: 'acme', agent: 'fat', time: 1, tools: [...tools] },
})

test('whatever callers may send, no state of a key outgrows what is kept of one', () => {
  const { put, written, outgrown } = flowing()
  const tools = Array.from({ length: 100 }, (_, n) => long(`${n}`, 500))
  let largest = 0
  for (let i = 0; i < 300; i++) {
    put('events', fat(i))
    if (i % 3 === 0) put('events', { ...fat(i), kind: 'task-end', id: `end-${i}`, time: 1_700_000_000_000 + i * 1000 })
    if (i % 5 === 0) put('scopes', scope(i, tools))
    if (i % 50 === 0) for (const { size } of written()) largest = Math.max(largest, size)
  }
  expect(outgrown()).toBe(0)
  expect(largest).toBeGreaterThan(100_000)
  expect(largest).toBeLessThan(largestState)
})

test('what came by another way and is larger than any write stops nothing', () => {
  const { put, written, outgrown } = flowing()
  const huge = 'x'.repeat(largestState)
  for (let i = 0; i < 4; i++) {
    put('scopes', { ...scope(i, [huge]), note: huge } as never)
    put('events', { ...fat(i, 100), task: { id: `${i}${huge}` } })
  }
  for (const { size } of written()) expect(size).toBeLessThan(largestState)
  expect(outgrown()).toBeGreaterThan(0)
})
