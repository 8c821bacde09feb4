import { describe, expect, test } from 'vitest'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
let n = 0

/** One credential with two agents from two networks: a revocation. */
function theft(driven: Driven, name = 'c', time = start): Driven {
  const stolen = (agent: string, network: string, at: number) =>
    event({
      id: `t${n++}`,
      time: at,
      agent: { id: agent },
      task: { id: `task-${agent}` },
      credential: { id: `cred-${name}` },
      source: { network },
    })
  return driven.events(stolen(`${name}-1`, 'eu', time), stolen(`${name}-2`, 'us', time + 1000))
}
const states = (driven: Driven) => driven.updates.map((u) => u.state)
const stolen = (policy: unknown = {}) => {
  const driven = theft(new Driven(policy))
  return { driven, command: driven.only('revoke') }
}

describe('a command carries what an auditor asks for', () => {
  test('reason, evidence, policy version, expiry, generation, and whom it falls on', () => {
    const { driven, command } = stolen()
    expect(command).toMatchObject({
      target: { credential: 'cred-c' },
      restriction: { deny: {} },
      credentials: ['cred-c'],
      mode: 'enforce',
      automatic: true,
      notIssuedAfter: command.time,
      expires: command.time + 24 * 3_600_000,
      policy: expect.stringMatching(/^[0-9a-f]{12}$/),
      because: expect.stringContaining('credential cred-c used by c-2'),
    })
    expect(command.evidence[0]).toMatchObject({ detector: 'shared-credential', finding: driven.findings[0]?.id })
    expect(command.bits).toBeGreaterThanOrEqual(20)
  })
})

describe('receipts', () => {
  test('each state comes from a receipt of its own, in the order they came', () => {
    const { driven, command } = stolen()
    driven.receipt(command.id, 'delivered', start + 2000).receipt(command.id, 'applied', start + 3000)
    expect(states(driven)).toEqual(['issued', 'delivered', 'applied'])
    expect(driven.updates.at(-1)).toMatchObject({ point: 'p1', time: start + 3000 })
    expect(driven.receipts).toHaveLength(2)
  })

  test('the same receipt twice is one update', () => {
    const { driven, command } = stolen()
    for (const outcome of ['delivered', 'refused', 'delivered', 'applied', 'applied', 'delivered'] as const)
      driven.receipt(command.id, outcome, start + 2000)
    expect(states(driven)).toEqual(['issued', 'delivered', 'refused', 'applied'])
    expect(new Set(driven.updates.map((u) => u.id)).size).toBe(4)
  })

  test('each point that applies it is told, the first one closes the loop', () => {
    const { driven, command } = stolen()
    driven.receipt(command.id, 'applied', start + 2000, 'p1').receipt(command.id, 'applied', start + 2500, 'p2')
    expect(driven.updates.map((u) => u.point)).toEqual([undefined, 'p1', 'p2'])
    expect(driven.agent('c-2').standing[0]).toMatchObject({ command: command.id, applied: true })
  })

  test.each(['nothing', '__proto__', 'constructor', 'toString'])('for command %s they are logged and left', (id) => {
    const { driven } = stolen()
    driven
      .receipt(id, 'applied', start + 2000)
      .review('approve', start + 2001, id)
      .review('release', start + 2002, id)
    expect(states(driven)).toEqual(['issued'])
    expect(driven.receipts).toHaveLength(1)
  })

  test('of another tenant say nothing of this one', () => {
    const { driven, command } = stolen()
    driven.receipt(command.id, 'applied', start + 2000, 'p1', 'other')
    expect(states(driven)).toEqual(['issued'])
  })
})

describe('an unanswered command', () => {
  const alarms = (driven: Driven) => driven.findings.filter((f) => f.detector === 'unanswered-command')

  test('raises one alarm after the time that the policy gives', () => {
    const { driven, command } = stolen()
    driven.tick(command.time + 9_999)
    expect(alarms(driven)).toEqual([])
    driven.tick(command.time + 10_000).tick(command.time + 60_000)
    expect(alarms(driven)).toMatchObject([{ subject: command.id, bits: 0, key: 'command' }])
  })

  test.each(['delivered', 'refused', 'failed'] as const)('%s is not applied', (outcome) => {
    const { driven, command } = stolen()
    driven.receipt(command.id, outcome, command.time + 1000).tick(command.time + 11_000)
    expect(alarms(driven)).toHaveLength(1)
  })

  test('one that was applied, or only proposed, raises none', () => {
    const { driven, command } = stolen()
    driven.receipt(command.id, 'applied', command.time + 1000).tick(command.time + 60_000)
    const shadowed = stolen({ detectors: { 'shared-credential': { mode: 'shadow' } } })
    shadowed.driven.tick(shadowed.command.time + 60_000)
    expect([...alarms(driven), ...alarms(shadowed.driven)]).toEqual([])
  })

  test('is counted from when it was issued, not from an event that came late', () => {
    const driven = new Driven()
    driven.tick(start + 60_000)
    const { time } = theft(driven).only('revoke')
    driven.tick(start + 65_000)
    expect(alarms(driven)).toEqual([])
    driven.tick(start + 70_000)
    expect(alarms(driven)).toHaveLength(1)
    expect(time).toBeLessThan(start + 60_000)
  })
})

describe('expiry', () => {
  test('ends a command by itself, once, and tells the agent', () => {
    const { driven, command } = stolen()
    driven.receipt(command.id, 'applied', start + 2000)
    driven.tick(command.expires - 1)
    expect(states(driven)).toEqual(['issued', 'applied'])
    driven.tick(command.expires).tick(command.expires + 1)
    expect(states(driven)).toEqual(['issued', 'applied', 'expired'])
    expect(driven.agent('c-2').standing).toEqual([])
    driven.receipt(command.id, 'applied', command.expires + 2)
    expect(states(driven)).toHaveLength(3)
  })
})

describe('reviews', () => {
  test('each is in the log once, whatever it is about', () => {
    const driven = new Driven()
      .review('wrong', start)
      .review('release', start + 1, 'nothing')
      .review('brake-release', start + 2)
    expect(driven.reviews.map(({ verb }) => verb)).toEqual(['wrong', 'release', 'brake-release'])
  })

  test('a release lifts the command and takes back the evidence that it rested on', () => {
    const { driven, command } = stolen()
    expect(driven.agent('c-2').risk?.rules).toBeGreaterThan(0)
    driven.review('release', start + 5000, command.id).review('release', start + 6000, command.id)
    expect(driven.updates.slice(1)).toMatchObject([{ state: 'released', by: 'ann', why: 'looked' }])
    // What else there is about the agent, the person has not looked at.
    expect(driven.agent('c-2')).toMatchObject({ standing: [], evidence: [], risk: { rules: 0 } })
  })

  test('a step-up that is approved is lifted, one that is denied stands', () => {
    const once = () =>
      new Driven({ detectors: { 'untrusted-destination': { options: { proseBits: 6.5 } } } }).events(
        event({
          id: 'once',
          time: start,
          action: 'export',
          destinations: [{ hash: 'd', kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
        }),
      )
    const approved = once()
    approved.review('approve', start + 1, approved.only('step-up').id)
    expect(states(approved)).toEqual(['issued', 'released'])
    const denied = once()
    denied.review('deny', start + 1, denied.only('step-up').id)
    expect(states(denied)).toEqual(['issued'])
  })

  test('what would have been done can be approved: then it is', () => {
    const { driven, command } = stolen({ mode: 'shadow' })
    expect(driven.updates).toMatchObject([{ state: 'proposed', why: 'would have' }])
    driven.review('approve', start + 5000, command.id)
    expect(driven.updates.at(-1)).toMatchObject({ state: 'issued', issue: { mode: 'enforce', automatic: false } })
  })
})

describe('the brake', () => {
  const braked = () => {
    const driven = new Driven({ brake: { perTenant: 2, window: 60_000 } })
    for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) theft(driven, name, start + i * 5000)
    return driven
  }

  test('past the limit a person is asked', () => {
    expect(braked().updates.map((u) => [u.state, u.why])).toEqual([
      ['issued', undefined],
      ['issued', undefined],
      ['proposed', 'the brake is on: a person must approve'],
      ['proposed', 'the brake is on: a person must approve'],
    ])
  })

  test('what it held is issued when approved, and dropped when denied', () => {
    const driven = braked()
    const [, , third, fourth] = driven.commands
    driven.review('approve', start + 30_000, third?.id).review('deny', start + 31_000, fourth?.id)
    expect(driven.updates.slice(4).map((u) => [u.command === third?.id, u.state])).toEqual([
      [true, 'issued'],
      [false, 'released'],
    ])
    expect(driven.updates.at(-2)?.issue).toMatchObject({ automatic: false })
  })

  test('time does not let it go, a person does', () => {
    const driven = theft(braked(), 'e', start + 3_600_000)
    expect(driven.updates.at(-1)?.state).toBe('proposed')
    theft(driven.review('brake-release', start + 3_700_000), 'f', start + 3_800_000)
    expect(driven.updates.at(-1)?.state).toBe('issued')
  })

  test('it belongs to its tenant', () => {
    const driven = braked()
    const other = (agent: string, network: string) =>
      event({ tenant: 'other', agent: { id: agent }, credential: { id: 'x' }, source: { network }, time: start })
    driven.events(other('a', 'eu'), other('b', 'us'))
    expect(driven.updates.at(-1)).toMatchObject({ tenant: 'other', seq: 1, state: 'issued' })
  })
})

test('a proposal that comes again is issued once', () => {
  const { driven, command } = stolen()
  driven.drive.put('proposals', command)
  expect(states(driven)).toEqual(['issued'])
})
