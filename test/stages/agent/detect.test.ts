import { type TObject, Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { type AnyDetector, type DetectorSpec, defineDetector } from '../../../src/detect/define.ts'
import { withStakes } from '../../../src/detect/stakes.ts'
import { type DetectorKey, keyNames, laneKeys } from '../../../src/model/keys.ts'
import { looked, type Verdict } from '../../../src/model/verdict.ts'
import { unsaid } from '../../support/detector.ts'
import { Driven, policyOf } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000

function detector(
  id: string,
  answer: (n: number) => Verdict | typeof looked | null,
  { stake, ...over }: { stake?: number } & Partial<Parts> = {},
): AnyDetector {
  const defined = defineDetector({
    ...unsaid,
    id,
    key: 'agent',
    rule: stake === undefined,
    title: id,
    state: () => ({ n: 0 }),
    step: (state: { n: number }) => answer(state.n++),
    ...over,
  } as DetectorSpec<TObject, { n: number }> & { rule: true })
  return stake === undefined ? defined : (withStakes([defined], { [id]: stake })[0] ?? defined)
}
type Parts = Pick<DetectorSpec<TObject, { n: number }>, 'key' | 'wants' | 'state' | 'revoked'>
const says = (id: string, bits: number, over = {}) => detector(id, () => ({ bits, because: id }), over)
const fail = (): never => {
  throw new Error('oops')
}
const throws = (key: DetectorKey) => detector('broken', fail, { key })
const acts = (n: number, over = {}) =>
  Array.from({ length: n }, (_, i) =>
    event({ id: `e${i}`, time: start + i, trace: { id: 'trace' }, credential: { id: 'c' }, ...over }),
  )

describe('a detector that throws', () => {
  test.each(keyNames)('by %s: benched once, the rest go on', (key) => {
    const driven = new Driven({}, [throws(key), says('well', 5, { key })]).events(...acts(3))
    const by = (id: string) => driven.findings.filter((f) => f.detector === id)
    expect(by('broken')).toMatchObject([
      { bits: 0, because: 'detector broken v1 failed and is benched here: oops', event: 'e0', fault: true },
    ])
    expect(by('well')).toHaveLength(3)
  })

  test('is benched for that key only, and stays so through the changelog', () => {
    const driven = new Driven({}, [throws('agent')]).events(...acts(2), ...acts(2, { agent: { id: 'other' } }))
    expect(driven.findings.map((f) => f.agent)).toEqual(['agent-1', 'other'])
    expect(JSON.parse(JSON.stringify(driven.agent())).detectors).toEqual({ broken: 'benched' })
  })

  test.each(keyNames)('by %s: one whose state fails, too', (key) => {
    const driven = new Driven({}, [detector('broken', fail, { key, state: fail }), says('well', 5, { key })])
    driven.events(...acts(3))
    expect(driven.findings.filter((f) => f.detector === 'broken')).toMatchObject([
      { bits: 0, event: 'e0', fault: true },
    ])
    expect(driven.findings.filter((f) => f.detector === 'well')).toHaveLength(3)
  })

  test.each(laneKeys)('by %s: one that fails at saying what it wants is benched for the agent', (key) => {
    const broken = detector('broken', () => ({ bits: 9, because: 'seen' }), { key, wants: fail })
    const driven = new Driven({}, [broken, says('well', 5, { key })])
    driven.events(...acts(3), ...acts(1, { agent: { id: 'other' } }))
    expect(driven.findings.filter((f) => f.detector === 'broken')).toMatchObject([
      { key: 'agent', subject: 'agent-1', event: 'e0', fault: true },
      { key: 'agent', subject: 'other', fault: true },
    ])
    expect(driven.findings.filter((f) => f.detector === 'well')).toHaveLength(4)
    expect(driven.agent().detectors).toEqual({ broken: 'benched' })
  })

  test('one that fails at a revocation is benched for that credential, and told of its agent', () => {
    let told = 0
    const hears = detector('hears', () => null, { key: 'credential', revoked: () => void told++ })
    const broken = detector('broken', () => ({ bits: 9, because: 'seen' }), { key: 'credential', revoked: fail })
    const driven = new Driven({}, [broken, hears])
    const about = { tenant: 'default', agent: 'agent-1', notIssuedAfter: start, released: false }
    for (const command of ['k1', 'k2'])
      driven.drive.put('revocations', { ...about, time: start, credential: 'c', command })
    expect(driven.findings).toMatchObject([
      { agent: 'agent-1', detector: 'broken', key: 'credential', subject: 'c', bits: 0, fault: true },
    ])
    expect(told).toBe(2)
    driven.events(...acts(1), ...acts(1, { id: 'elsewhere', credential: { id: 'd' } }))
    expect(driven.findings.slice(1)).toMatchObject([{ subject: 'd', bits: 9 }])
  })

  test.each<[string, unknown]>([
    ['bits that are no number', { bits: Number.NaN, because: 'x' }],
    ['no reason', { bits: 5 }],
    ['evidence that is no list', { bits: 5, because: 'x', evidence: 'e0' }],
  ])('one whose answer has %s is benched like it', (_what, answer) => {
    const driven = new Driven({}, [detector('broken', () => answer as Verdict)]).events(...acts(2))
    expect(driven.findings).toMatchObject([{ detector: 'broken', bits: 0, fault: true }])
  })

  test('never interrupts anybody', () => {
    expect(new Driven({}, [throws('agent')]).events(...acts(3)).updates).toEqual([])
  })
})

describe('evidence', () => {
  const bits = (detectors: readonly AnyDetector[], policy = {}) =>
    new Driven(policy, detectors).events(...acts(1)).agent().risk

  test('a quiet look gives a stake’s worth back, no look gives nothing', () => {
    const left = (answer: typeof looked | null) => {
      const once = detector('once', (n) => (n === 0 ? { bits: 6, because: '' } : answer), { stake: 0.25 })
      return new Driven({ risk: { halfLife: 0 } }, [once]).events(...acts(2)).agent().risk?.bits
    }
    const stood = Math.log2(0.75 + 0.25 * 64)
    expect(left(looked)).toBeCloseTo(stood + Math.log2(0.75), 9)
    expect(left(null)).toBe(stood)
  })

  test('nothing is kept while nothing stands, and what was given back in full is nothing', () => {
    const away = detector('quiet', () => looked, { stake: 0.25 })
    expect(bits([away])).toBeNull()
    const mild = detector('mild', (n) => (n === 0 ? { bits: 3, because: '' } : looked), { stake: 0.5 })
    const driven = new Driven({ risk: { halfLife: 0 } }, [mild]).events(...acts(3))
    expect(driven.agent().risk?.bits).toBeCloseTo(Math.log2(4.5) - 2, 9)
    driven.events(...acts(4).slice(3))
    expect([driven.agent().risk, driven.agent().tasks[0]?.risk]).toEqual([null, null])
  })

  test('stakes are bet side by side: 1 - Σw + Σw·e', () => {
    const two = [says('a', 6, { stake: 0.25 }), says('b', 2, { stake: 0.5 })]
    expect(bits(two)?.bits).toBeCloseTo(Math.log2(0.25 + 0.25 * 64 + 0.5 * 4), 9)
  })

  test('a later look at the same window counts only what is beyond the first', () => {
    const growing = detector('grows', (n) => ({ bits: 4 + n, because: '', ...(n === 0 ? {} : { before: 3 + n }) }), {
      stake: 0.25,
    })
    const driven = new Driven({ risk: { halfLife: 0 } }, [growing]).events(...acts(3))
    expect(driven.agent().risk?.bits).toBeCloseTo(Math.log2(0.75 + 0.25 * 2 ** 6), 9)
  })

  test('rules add their fixed bits beside it', () => {
    expect(bits([says('rule', 7)])).toMatchObject({ bits: 0, rules: 7, shadow: 0, shadowRules: 7 })
  })

  test('what is shadowed counts in the shadow only, what learns nowhere', () => {
    const modes = (mode: string) => bits([says('rule', 7)], { detectors: { rule: { mode } } })
    expect(modes('shadow')).toMatchObject({ rules: 0, shadowRules: 7 })
    expect(modes('learn')).toMatchObject({ rules: 0, shadowRules: 0 })
    expect(bits([says('rule', 7)], { detectors: { rule: { enabled: false } } })).toBeNull()
  })
})

describe('findings', () => {
  test('are told from three bits on; the id is the cause', () => {
    const told = (bits: number) => new Driven({}, [says('a', bits, { stake: 0.25 })]).events(...acts(1)).findings
    expect(told(2.9)).toEqual([])
    expect(told(3)).toHaveLength(1)
    expect(told(3)[0]?.id).toBe(told(9)[0]?.id)
  })

  test('end their evidence with the act in hand and keep both identities', () => {
    const seen = detector('seen', () => ({ bits: 5, because: 'x'.repeat(2000), evidence: ['e9', 'e0'] }))
    const [finding] = new Driven({}, [seen]).events(...acts(1)).findings
    expect(finding).toMatchObject({ evidence: ['e9', 'e0'], agent: 'agent-1', principal: 'alice@corp.example' })
    expect(finding?.because).toHaveLength(1024)
  })

  test('by trace and by credential name their subject', () => {
    const keys = [says('t', 5, { key: 'trace' }), says('c', 5, { key: 'credential' })]
    const driven = new Driven({}, keys).events(...acts(1))
    expect(driven.findings.map((f) => [f.key, f.subject]).sort()).toEqual([
      ['credential', 'c'],
      ['trace', 'trace'],
    ])
    expect(driven.agent().risk?.rules).toBe(10)
  })

  test('a report that comes again counts once', () => {
    const driven = new Driven({}, [says('t', 5, { key: 'trace' })]).events(...acts(1))
    const [finding] = driven.findings
    if (finding === undefined) throw new Error('no finding')
    driven.drive.put('reports', finding)
    expect(driven.findings).toHaveLength(1)
    expect(driven.agent().risk?.rules).toBe(5)
  })
})

describe('options that a policy sets and a detector cannot have', () => {
  const options = Type.Object({ bits: Type.Number({ default: 4, description: 'x' }) })
  const tells = (key: DetectorKey) =>
    detector('tells', () => null, {
      key,
      options,
      step: (_state: unknown, _event: unknown, kit: { options: { bits: number } }) => ({
        bits: kit.options.bits,
        because: 'x',
      }),
    } as unknown as Parts)

  test.each(keyNames)('by %s: a policy on its way stops nobody; the detector goes on with its defaults', (key) => {
    const given = (bits: unknown) => policyOf({ detectors: { tells: { options: { bits } } } })
    const driven = new Driven({}, [tells(key), says('well', 5, { key })])
    for (const [i, bits] of [9, 'many', 8].entries()) {
      driven.drive.put('policy', { ...given(bits), time: start + i })
      driven.events(...acts(3).slice(i, i + 1))
    }
    const by = (id: string) => driven.findings.filter((f) => f.detector === id)
    expect(by('tells').map((f) => [f.bits, f.fault])).toEqual([9, 4, 8].map((bits) => [bits, undefined]))
    expect(by('well')).toHaveLength(3)
  })
})
