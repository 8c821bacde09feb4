import { expect, test } from 'vitest'
import { isKnown } from '../../../src/detect/index.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { peersStore } from '../../../src/stages/cohort/peers.ts'
import { cohortKey } from '../../../src/stages/lane-key.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

let n = 0

/** One clean task of an agent in the cohort, which read a value. `PUBLISHER!`: bound to it. */
function task(publisher: string, id: string, principal: string, value = 'v'): AgentEvent[] {
  const time = 1_800_000_000_000 + ++n * 1000
  const name = publisher.replace('!', '')
  const origin = { publisher: name, ...(name === publisher ? {} : { owner: true as const }), arrived: time }
  const of = { time, agent: { id, cohort: 'finance' }, principal, task: { id: `t-${n}` }, origin }
  return [event({ ...of, provenance: { request: `r-${n}`, read: [value] } }), event({ ...of, kind: 'task-end' })]
}

const cohort = (driven: Driven) =>
  driven.drive.lanes.get('cohort')?.peek(cohortKey('default', 'finance'), peersStore)?.profile
const knows = (driven: Driven, value = 'v') => isKnown(cohort(driven), value)

test('a value is known to a cohort once tasks of several agents for several principals used it', () => {
  const driven = new Driven().events(...task('key:a', 'a1', 'ann'), ...task('key:a', 'a1', 'bob'))
  expect(knows(driven)).toBe(false)
  expect(knows(driven.events(...task('key:a', 'a2', 'ann')))).toBe(false)
  expect(knows(driven.events(...task('key:a', 'a2', 'bob')))).toBe(true)
  // An agent knows its own environment at once.
  expect(isKnown(driven.agent('a1').profile, 'v')).toBe(true)
})

test('what the operator hands in is known as soon as one task read it', () => {
  expect(knows(new Driven().events(...task('local!', 'a1', 'ann')))).toBe(true)
})

test('nobody teaches a cohort of others with agents of his own', () => {
  const driven = new Driven().events(...task('key:a', 'a1', 'ann', 'mine'), ...task('key:a', 'a2', 'bob', 'mine'))
  for (const [agent, principal] of [
    ['x', 'p'],
    ['y', 'q'],
    ['z', 'r'],
  ] as const)
    driven.events(...task('key:b', agent, principal, 'bad'))
  expect([knows(driven, 'mine'), knows(driven, 'bad')]).toEqual([true, false])
  expect(cohort(driven)?.tasks).toBe(2)
})

test('whoever is bound to his agents takes over what strangers taught a cohort first, empty', () => {
  const driven = new Driven().events(...task('key:b', 'x', 'p', 'bad'), ...task('key:b', 'y', 'q', 'bad'))
  expect(knows(driven, 'bad')).toBe(true)
  driven.events(...task('key:a!', 'a1', 'ann', 'mine'))
  expect(knows(driven, 'bad')).toBe(false)
  driven.events(
    ...task('key:b', 'x', 'p', 'bad'),
    ...task('key:b', 'y', 'q', 'bad'),
    ...task('key:a!', 'a2', 'bob', 'mine'),
  )
  expect([knows(driven, 'mine'), knows(driven, 'bad')]).toEqual([true, false])
})
