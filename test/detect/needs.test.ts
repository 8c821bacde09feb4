import { describe, expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { missingOf } from '../../src/detect/needs.ts'
import { fieldNames, isSeen, seenFields } from '../../src/model/fields.ts'
import { Driven } from '../support/drive.ts'
import { event } from '../support/events.ts'

describe('fields of events', () => {
  const seen = (bits: number) => fieldNames.filter((field) => isSeen(bits, field))

  test('are all found in an event that holds them all, and fit into the bits of a small integer', () => {
    const all = event({
      session: 's',
      chain: [{ id: 'ann' }],
      trace: { id: 't' },
      credential: { id: 'c', scopes: ['mail'], expires: 1 },
      resource: { id: 'r', dataset: 'd', sensitivity: 'internal' },
      destinations: [{ hash: 'h', seen: { in: 'request' }, boundary: 'internal' }],
      arguments: { items: 1 },
      provenance: { sink: 'own' },
      keyed: {},
      result: { bytes: 1, records: 1 },
      source: { ip: '10.0.0.1', workload: 'w' },
      environment: 'production',
      point: { id: 'p', seq: 1 },
    })
    expect(seen(seenFields(0, all))).toEqual(fieldNames)
    expect(seenFields(0, all)).toBe(2 ** fieldNames.length - 1)
    expect(fieldNames.length).toBeLessThanOrEqual(30)
  })

  test('once seen they stay seen, whatever later events hold', () => {
    const first = seenFields(0, event({ credential: { id: 'c' }, destinations: [{ hash: 'd' }] }))
    const later = seenFields(first, event({ destinations: [{ hash: 'd', seen: { in: 'request' } }] }))
    expect(seen(first)).toEqual(['task', 'principal', 'credential', 'tool', 'action', 'destinations'])
    expect(seen(later)).toEqual([...seen(first), 'destinations.seen'])
  })
})

describe('what a detector needs', () => {
  test('is missing until an event of that agent holds it; one of several is enough', () => {
    const needs = ['credential', ['trace', 'session']] as const
    expect(missingOf({ needs }, {})).toEqual(['credential', 'trace or session'])
    const driven = new Driven().events(
      event({ session: 's' }),
      event({ agent: { id: 'other' }, credential: { id: 'c' } }),
    )
    expect(missingOf({ needs }, driven.agent())).toEqual(['credential'])
    expect(missingOf({ needs }, driven.agent('other'))).toEqual(['trace or session'])
    driven.events(event({ credential: { id: 'c' } }))
    expect(missingOf({ needs }, driven.agent())).toEqual([])
  })

  test('is told of the shipped ones for an agent whose events say little', () => {
    const driven = new Driven().events(event())
    const blind = detectors.filter((each) => missingOf(each, driven.agent()).length > 0).map(({ id }) => id)
    expect(blind).toEqual([
      'untrusted-destination',
      'bulk-harm',
      'read-then-export',
      'handed-destination',
      'shared-credential',
    ])
  })
})
