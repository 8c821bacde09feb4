import { describe, expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { missingOf } from '../../src/detect/needs.ts'
import { fieldNames, fields, isSeen, seenFields } from '../../src/model/fields.ts'
import { Driven } from '../support/drive.ts'
import { event } from '../support/events.ts'

describe('fields of events', () => {
  test('fit into the bits of a small integer', () => {
    expect(fieldNames.length).toBeLessThanOrEqual(30)
  })

  test('once seen they stay seen, whatever later events hold', () => {
    const first = seenFields(0, event({ credential: { id: 'c' }, destinations: [{ hash: 'd' }] }))
    const later = seenFields(first, event({ destinations: [{ hash: 'd', seen: { in: 'request' } }] }))
    const seen = (bits: number) => fieldNames.filter((field) => isSeen(bits, field))
    expect(seen(first)).toEqual(['task', 'principal', 'credential', 'tool', 'action', 'destinations', 'outcome'])
    expect(seen(later)).toEqual([...seen(first), 'destinations.seen'].sort(byPlace))
  })
  const names = Object.keys(fields)
  const byPlace = (a: string, b: string) => names.indexOf(a) - names.indexOf(b)
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
