import { expect, test } from 'vitest'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
const send = (id: string, time: number, over = {}) =>
  event({
    id,
    time,
    action: 'export',
    destinations: [{ hash: id, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    ...over,
  })

test('evidence adds up over an agent’s events and fades by half-life', () => {
  const driven = new Driven({ risk: { halfLife: 1000 } }).events(send('1', start))
  const rules = driven.agent().risk?.rules ?? 0
  expect(rules).toBeGreaterThan(5)
  driven.events(event({ id: 'later', time: start + 1000, task: { id: 'other' } }))
  expect(driven.agent().risk?.rules).toBeCloseTo(rules / 2, 9)
})

test('a task keeps its own risk; its agent keeps the sum', () => {
  const driven = new Driven({ risk: { halfLife: 0 } }).events(
    send('1', start, { task: { id: 'one' } }),
    send('2', start, { task: { id: 'two' } }),
  )
  const { risk, tasks } = driven.agent()
  const each = tasks.map((task) => task.risk?.rules ?? 0)
  expect(each[0]).toBeGreaterThan(5)
  expect(each[1]).toBe(each[0])
  expect(risk?.rules).toBeCloseTo((each[0] ?? 0) * 2, 9)
})

test('the cost of every act counts once, and is a number whatever the environment is called', () => {
  const driven = new Driven().events(
    event({ id: '1', kind: 'attempt', action: 'write' }),
    event({ id: '2', kind: 'outcome', attempted: true, action: 'write' }),
    event({ id: '3', action: 'read', environment: 'constructor' }),
    event({ id: '4', action: 'read', environment: '__proto__' }),
  )
  expect(driven.agent()).toMatchObject({ acts: 3, cost: 12 })
})

test('the evidence kept is bounded, the newest stays', () => {
  const driven = new Driven()
  for (let i = 0; i < 20; i++) driven.events(send(`s${i}`, start + i, { task: { id: `t${i}` } }))
  const { evidence } = driven.agent()
  expect(evidence).toHaveLength(8)
  expect(evidence.at(-1)?.event).toBe('s19')
})
