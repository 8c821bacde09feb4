import { expect, test } from 'vitest'
import { formats } from '../../src/formats/index.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import { openInlet, type Reading } from '../../src/runtime/inlet.ts'
import { event } from '../support/events.ts'

const received = 1_800_000_000_000
const inlet = openInlet(formats)
const key: Reading['from'] = { publisher: 'key:crm', owns: (agent) => agent === 'own' }

function taken(body: string, reading: Reading) {
  const events: AgentEvent[] = []
  const texts: (string | undefined)[] = []
  const rejects: unknown[] = []
  const sink = {
    event(each: AgentEvent, text?: string) {
      events.push(each)
      texts.push(text)
    },
    reject: (each: unknown) => rejects.push(each),
  }
  inlet({ body, received }, sink, reading)
  return { events, texts, rejects }
}

test('an event is stamped with who handed it in, whether the key is bound to its agent, and when it arrived', () => {
  const body = ['own', 'other'].map((id) => JSON.stringify(event({ agent: { id } }))).join('\n')
  const { events, texts } = taken(body, { from: key })
  expect(events.map((e) => e.origin)).toEqual([
    { publisher: 'key:crm', owner: true, arrived: received },
    { publisher: 'key:crm', arrived: received },
  ])
  // The text as it was written says it too, without being written anew.
  expect(texts.map((text) => JSON.parse(text ?? ''))).toEqual(events)
  expect(taken(body, { from: key, arrived: 5 }).events[0]?.origin?.arrived).toBe(5)
})

test.each([
  ['a true-looking one', { publisher: 'local', owner: true, arrived: 1 }],
  ['of another shape', 'web'],
  ['null', null],
])('an origin that its writer put there is replaced: %s', (_, origin) => {
  const { events, texts, rejects } = taken(JSON.stringify({ ...event(), origin }), { from: key })
  expect(rejects).toEqual([])
  expect(events[0]?.origin).toEqual({ publisher: 'key:crm', arrived: received })
  expect(texts).toEqual([undefined])
})

test('a stored event keeps the stamp of its time', () => {
  const origin = { publisher: 'key:crm', arrived: 7 }
  const body = JSON.stringify({ ...event(), origin })
  expect(taken(body, { from: 'stored' })).toMatchObject({ events: [{ origin }] })
})
