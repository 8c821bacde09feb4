import { describe, expect, test } from 'vitest'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
const points = ['mcp@a', 'mcp@b']

/** Two points serve an agent; its credential is shown from another network: it is revoked. */
function revoked(here: readonly string[] = points) {
  const driven = new Driven().present(start - 60_000, here)
  const shown = (agent: string, network: string, time: number, point: string, credential = 'cred') =>
    event({
      id: `${agent}-${time}`,
      time,
      agent: { id: agent },
      task: { id: `task-${agent}` },
      credential: { id: credential },
      source: { network },
      point: { id: point },
    })
  driven.events(
    shown('two', 'us', start - 1000, 'mcp@a', 'its own'),
    shown('one', 'eu', start, 'elsewhere'),
    shown('two', 'us', start + 1000, 'mcp@b'),
  )
  const command = driven.only('revoke')
  return { driven, command, alarms: () => driven.findings.filter((f) => f.detector === 'unanswered-command') }
}
const told = (driven: Driven) => driven.updates.map((u) => [u.state, u.point, u.outcome].filter(Boolean).join(' '))

test('a command says which points served its agent, and waits for those that follow the commands', () => {
  const { driven, command } = revoked(['mcp@b', 'of-others'])
  expect(command.points).toEqual(points)
  expect(driven.updates[0]).toMatchObject({ state: 'issued', awaits: ['mcp@b'] })
})

describe('two points, one applies it and one refuses', () => {
  test('it is partly applied, whichever came first', () => {
    for (const [first, second] of [
      ['applied', 'refused'],
      ['refused', 'applied'],
    ] as const) {
      const { driven, command } = revoked()
      driven.receipt(command.id, first, start + 2000, 'mcp@a').receipt(command.id, second, start + 2001, 'mcp@b')
      expect(driven.updates.at(-1)).toMatchObject({ state: 'partly-applied', point: 'mcp@b', outcome: second })
      expect(driven.agent('two').standing[0]).toMatchObject({ command: command.id, applied: true })
    }
  })

  test('the alarm is raised once, with both', () => {
    const { driven, command, alarms } = revoked()
    driven.receipt(command.id, 'applied', start + 2000, 'mcp@a').receipt(command.id, 'refused', start + 2001, 'mcp@b')
    driven.tick(start + 12_000)
    expect(alarms()).toEqual([])
    driven.tick(start + 12_001).tick(start + 60_000)
    expect(alarms()).toMatchObject([{ subject: command.id, because: 'applied by 1, refused by mcp@b' }])
  })

  test('when the second changes its mind it is applied, and what it said before, come again, changes nothing', () => {
    const { driven, command, alarms } = revoked()
    for (const [outcome, time, point] of [
      ['applied', 2000, 'mcp@a'],
      ['refused', 2001, 'mcp@b'],
      ['applied', 2002, 'mcp@b'],
      ['refused', 2001, 'mcp@b'],
    ] as const)
      driven.receipt(command.id, outcome, start + time, point)
    driven.tick(start + 60_000)
    expect(told(driven)).toEqual([
      'issued',
      'partly-applied mcp@a applied',
      'partly-applied mcp@b refused',
      'applied mcp@b applied',
    ])
    expect(alarms()).toEqual([])
    expect(new Set(driven.updates.map((u) => u.id)).size).toBe(4)
  })

  test('a point that nobody knew counts when it refuses, not when it only got it', () => {
    const { driven, command } = revoked([])
    driven.receipt(command.id, 'applied', start + 2000, 'x').receipt(command.id, 'delivered', start + 2001, 'y')
    expect(driven.updates.at(-1)).toMatchObject({ state: 'applied', point: 'y' })
    driven.receipt(command.id, 'failed', start + 2002, 'y')
    expect(driven.updates.at(-1)).toMatchObject({ state: 'partly-applied', point: 'y' })
  })
})

describe('points that say nothing', () => {
  test('are named, once', () => {
    const { driven, command, alarms } = revoked()
    driven
      .receipt(command.id, 'applied', start + 2000, 'mcp@a')
      .tick(start + 30_000)
      .tick(start + 60_000)
    expect(alarms().map((f) => f.because)).toEqual(['1 of 2 known points have not applied revoke: mcp@b'])
  })

  test('where none is known, it is nobody', () => {
    const { driven, alarms } = revoked([])
    driven.tick(start + 30_000)
    expect(alarms().map((f) => f.because)).toEqual(['no enforcement point has applied revoke since it was issued'])
  })
})

describe('a point that goes', () => {
  test('before it answered is gone, and raises no alarm', () => {
    const { driven, command, alarms } = revoked()
    driven.receipt(command.id, 'applied', start + 2000, 'mcp@a').present(start + 5000, [], ['mcp@b'])
    driven.tick(start + 60_000)
    expect(told(driven).slice(1)).toEqual(['partly-applied mcp@a applied', 'applied mcp@b gone'])
    expect(alarms()).toEqual([])
  })

  test('counts again when it comes back', () => {
    const { driven, alarms } = revoked()
    driven.present(start + 5000, [], points).tick(start + 60_000)
    expect(alarms()).toEqual([])
    driven.present(start + 61_000, ['mcp@a']).tick(start + 80_000)
    expect(told(driven).slice(1)).toEqual(['issued mcp@a gone', 'issued mcp@b gone', 'issued mcp@a awaited'])
    expect(alarms().map((f) => f.because)).toEqual(['1 of 1 known points have not applied revoke: mcp@a'])
  })

  test('with a refusal takes it along, and brings it back', () => {
    const { driven, command } = revoked()
    driven.receipt(command.id, 'applied', start + 2000, 'mcp@a').receipt(command.id, 'refused', start + 2001, 'mcp@b')
    driven.present(start + 5000, [], ['mcp@b']).present(start + 6000, ['mcp@b'])
    expect(told(driven).slice(-2)).toEqual(['applied mcp@b gone', 'partly-applied mcp@b refused'])
  })

  test('after it applied has applied it', () => {
    const { driven, command } = revoked()
    for (const point of points) driven.receipt(command.id, 'applied', start + 2000, point)
    driven.present(start + 5000, [], points)
    expect(told(driven).at(-1)).toBe('applied mcp@b applied')
  })

  test('is here still where another instance heard of it since', () => {
    const { driven } = revoked()
    driven.drive.put('presence', { tenant: 'default', time: start + 9000, here: ['mcp@b'], gone: [] })
    const gone = [{ point: 'mcp@b', since: start + 5000 }]
    driven.drive.put('presence', { tenant: 'default', time: start + 10_000, here: [], gone })
    expect(told(driven)).toEqual(['issued'])
  })

  test('without a word, with the instance that held its stream, is gone after a while', () => {
    const { driven, command, alarms } = revoked()
    for (const point of points) driven.receipt(command.id, 'delivered', start + 2000, point)
    driven.tick(start + 5000).tick(start + 540_000 + 60_000)
    expect(told(driven).slice(-2)).toEqual(['delivered mcp@a gone', 'issued mcp@b gone'])
    expect(alarms()).toHaveLength(1)
    const { length } = driven.updates
    driven.tick(start + 700_000)
    expect(driven.updates).toHaveLength(length)
  })
})

test('a point that comes after the order, and had served its agent, is waited for', () => {
  const { driven } = revoked([])
  driven.present(start + 2000, ['mcp@a', 'of-others'])
  expect(told(driven)).toEqual(['issued', 'issued mcp@a awaited'])
})
