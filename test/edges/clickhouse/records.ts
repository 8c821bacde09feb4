import type { Command, CommandUpdate } from '../../../src/model/command.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Receipt, Review } from '../../../src/model/receipt.ts'
import type { Reject } from '../../../src/model/reject.ts'

/** A little of everything that history stores, with what the views make of it in views.test.ts. */

const minutes = (n: number) => n * 60_000
/** The first minute of the records: yesterday, so that no retention takes them. */
export const start = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000
/** When the log took the first record of each table. */
export const recorded = start + minutes(600)

const event = (n: number, over: Partial<AgentEvent> = {}): AgentEvent => ({
  id: `e${n}`,
  time: start + n * 1000,
  kind: 'outcome',
  tenant: 't',
  agent: { id: 'a', cohort: 'billing' },
  principal: 'ada',
  tool: { server: 'crm', name: 'export' },
  action: 'export',
  result: { bytes: 10, records: 1 },
  outcome: 'allowed',
  point: { id: 'p1', seq: n },
  ...over,
})
const list: Partial<AgentEvent> = { tool: { server: 'crm', name: 'list' }, action: 'list' }
const trace = { id: 'trace-1' }

const finding = (id: string, bits: number, over: Partial<Finding> = {}): Finding => ({
  id,
  time: start + 5000,
  tenant: 't',
  agent: 'a',
  cohort: 'billing',
  detector: 'breadth',
  version: 1,
  key: 'agent',
  subject: 'a',
  rule: false,
  bits,
  because: 'reaches further than usual',
  evidence: ['e1'],
  event: 'e1',
  act: { action: 'export' },
  mode: 'enforce',
  labels: ['T1119'],
  ...over,
})

const command = (id: string, over: Partial<Command> = {}): Command => ({
  id,
  tenant: 't',
  time: start + 5000,
  rung: 'revoke',
  target: { agent: 'a' },
  restriction: { deny: {} },
  agent: 'a',
  because: 'too far',
  evidence: [{ finding: 'f1', detector: 'breadth', event: 'e1', bits: 6, because: 'far' }],
  bits: 14,
  costs: { odds: 1, badAction: 100, falseInterruption: 1 },
  policy: 'p1',
  mode: 'enforce',
  automatic: true,
  notIssuedAfter: start,
  expires: start + minutes(300),
  ...over,
})
const update = (
  of: Command,
  seq: number,
  state: CommandUpdate['state'],
  after: number,
  over: Partial<CommandUpdate> = {},
): CommandUpdate => ({
  id: `u${seq}`,
  tenant: 't',
  seq,
  digest: 'd',
  command: of.id,
  state,
  time: of.time + after,
  ...over,
})
const [c1, c2, c3, c4] = [command('c1'), command('c2'), command('c3'), command('c4', { mode: 'shadow' })]
const approved = { ...c2, automatic: false }

const review = (id: string, verb: Review['verb'], about: Partial<Review>): Review => ({
  id,
  tenant: 't',
  time: start + minutes(30),
  by: 'ann',
  reason: 'looked at it',
  verb,
  ...about,
})
const letter = (n: number, code: string): Reject => ({
  id: `d${n}`,
  time: start,
  stage: 'decode',
  code,
  reason: 'wrong',
  raw: '<script>',
  rawBytes: 8,
})
const receipt = (n: number, outcome: Receipt['outcome'], point: string, of: string): Receipt => ({
  id: `r${n}`,
  tenant: 't',
  command: of,
  point,
  outcome,
  time: start + 5100 + n,
})

export const records = {
  events: [
    event(1, { kind: 'attempt', trace }),
    event(2, { outcome: 'denied', trace }),
    event(3, { ...list, kind: 'attempt', result: { bytes: 2, records: 1 } }),
    event(5, { ...list, result: { bytes: 3, records: 1 } }),
    event(6, { time: start + minutes(1), outcome: 'failed' }),
    event(7, {
      ...{ agent: { id: 'b' }, trace, point: { id: 'p2' } },
      chain: [{ id: 'ada' }, { id: 'a' }, { id: 'b' }],
    }),
    event(8, { tenant: 'other', principal: 'eve', point: { id: 'p3' } }),
  ],
  findings: [
    finding('f1', 6),
    finding('f2', 4),
    finding('f3', 2, { agent: 'b', subject: 'b' }),
    finding('f4', 3, { detector: 'volume', mode: 'shadow' }),
    finding('f5', 1, { time: start + minutes(360) + 5000 }),
    finding('f1', 9, { tenant: 'other', id: 'f9' }),
  ],
  commands: [
    update(c1, 1, 'issued', 0, { issue: c1 }),
    update(c1, 2, 'delivered', 100, { point: 'p1', outcome: 'delivered' }),
    update(c1, 3, 'applied', 250, { point: 'p1', outcome: 'applied' }),
    // As it was before updates said the outcome.
    update(c1, 4, 'applied', 400, { point: 'p2' }),
    update(c1, 5, 'released', minutes(40), { by: 'ann', why: 'a migration' }),
    update(c2, 6, 'proposed', 0, { issue: c2, why: 'the brake is on: a person must approve' }),
    update(c2, 7, 'issued', minutes(2), { issue: approved, by: 'bo', why: 'yes' }),
    update(c3, 8, 'issued', 0, { issue: c3, awaits: ['p1', 'p2'] }),
    update(c3, 9, 'partly-applied', 70, { point: 'p2', outcome: 'applied' }),
    update(c3, 11, 'partly-applied', 80, { point: 'p1', outcome: 'refused', why: 'unknown agent' }),
    update(c4, 10, 'proposed', 0, { issue: c4, why: 'would have' }),
  ],
  receipts: [
    receipt(1, 'delivered', 'p1', 'c1'),
    receipt(2, 'applied', 'p1', 'c1'),
    receipt(3, 'applied', 'p2', 'c1'),
    receipt(4, 'refused', 'p1', 'c3'),
  ],
  reviews: [
    review('v1', 'wrong', { finding: 'f1' }),
    review('v2', 'right', { finding: 'f1', time: start + minutes(31), by: 'bo' }),
    review('v3', 'wrong', { finding: 'f2' }),
    review('v4', 'right', { finding: 'f5' }),
    review('v5', 'wrong', { finding: 'unknown' }),
    review('v6', 'release', { command: 'c1' }),
  ],
  dead_letters: [letter(1, 'FIELD_TYPE'), letter(2, 'FIELD_TYPE'), letter(3, 'NOT_JSON')],
}
