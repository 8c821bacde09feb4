import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { AgentEvent } from '../../src/model/event.ts'
import { Driven } from '../support/drive.ts'
import { stream } from '../support/stream.ts'

const at = (name: string) => new URL(name, import.meta.url)

/**
 * A pin over the whole flow. Red here means that findings or commands changed for the same input. Meant? Run
 * `GOLDEN=write npx vitest run test/replay/golden.test.ts`, look at the counts in the diff, and raise the version of
 * every detector that now answers otherwise.
 */
test('the golden run gives the findings and commands it gave', () => {
  const lines = readFileSync(at('golden.ndjson'), 'utf8').trimEnd().split('\n')
  const driven = new Driven({ budget: 0.005 })
  for (const line of lines) driven.events(JSON.parse(line) as AgentEvent)
  const count = (keys: readonly string[]) =>
    Object.fromEntries([...new Set(keys)].sort().map((k) => [k, keys.filter((each) => each === k).length]))
  const digest = (values: readonly unknown[]) =>
    createHash('sha256')
      .update(values.map((v) => JSON.stringify(v)).join('\n'))
      .digest('hex')
  const found = {
    events: lines.length,
    findings: count(driven.findings.map((f) => `${f.detector} v${f.version}`)),
    commands: count(driven.commands.map((c) => `${c.mode} ${c.rung}`)),
    findingsDigest: digest(driven.findings),
    updatesDigest: digest(driven.updates),
  }
  if (process.env.GOLDEN === 'write') writeFileSync(at('golden.json'), `${JSON.stringify(found, null, 2)}\n`)
  expect(found).toEqual(JSON.parse(readFileSync(at('golden.json'), 'utf8')))
})

test('a thousand events go through the whole topology without a clock or chance', () => {
  const forbidden = (what: string) => () => {
    throw new Error(`the core asked for ${what}`)
  }
  const events = stream(77, 1000)
  const RealDate = Date
  const spies = [
    vi.spyOn(Date, 'now').mockImplementation(forbidden('the time')),
    vi.spyOn(Math, 'random').mockImplementation(forbidden('chance')),
    vi.spyOn(performance, 'now').mockImplementation(forbidden('the time')),
    vi.spyOn(crypto, 'randomUUID').mockImplementation(forbidden('chance')),
  ]
  vi.stubGlobal(
    'Date',
    new Proxy(RealDate, {
      construct(target, args) {
        if (args.length === 0) throw new Error('the core asked for the time')
        return Reflect.construct(target, args) as Date
      },
    }),
  )
  try {
    const driven = new Driven().events(...events).tick(events.at(-1)?.time ?? 0)
    expect(driven.findings.length).toBeGreaterThan(0)
    expect(driven.updates.length).toBeGreaterThan(0)
  } finally {
    vi.unstubAllGlobals()
    for (const spy of spies) spy.mockRestore()
  }
})
