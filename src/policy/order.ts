import type { Command, Restriction, Selector } from '../model/command.ts'
import { digest } from '../model/digest.ts'
import type { Order, Review } from '../model/receipt.ts'
import { rank, targetOf } from './ladder.ts'
import type { StampedPolicy } from './policy.ts'

/** Who orders it, against whom, and why. */
export type OrderAnswer = Pick<Review, 'id' | 'tenant' | 'time' | 'by' | 'reason'> & { agent: string; order: Order }

/** What a tightening by hand forbids where nobody says: all that changes, runs or sends. Reading goes on. */
const changing: NonNullable<Selector['actions']> = ['write', 'delete', 'execute', 'export', 'admin', 'approve']

/** A rung that falls on the whole agent. */
export const isWhole = (rung: Order['rung']): boolean => rank(rung) >= rank('revoke')

/** The command that a person orders by hand; a text: why that cannot be. The brake does not hold it, and it rests on no evidence. */
export function ordered(
  { id, tenant, time, by, reason, agent, order }: OrderAnswer,
  { policy, version }: StampedPolicy,
): Command | string {
  const { rung, until, task, only, credentials, points } = order
  if (isWhole(rung) && (task !== undefined || only !== undefined))
    return `a ${rung} falls on the whole agent; take tighten for a task or for a part of its work`
  if (until <= time) return 'it would have ended already'
  if (until > time + policy.expiry.byHand)
    return `the policy (expiry.byHand) lets it stand for ${policy.expiry.byHand / 60_000} minutes at most`
  const command: Command = {
    id: digest('order', id),
    tenant,
    time,
    rung,
    target: targetOf(rung, agent, task, undefined),
    restriction: restrictionBy(order),
    agent,
    because: reason,
    evidence: [],
    bits: 0,
    costs: { odds: 0, badAction: 0, falseInterruption: policy.costs.interruption[rung] },
    policy: version,
    mode: 'enforce',
    automatic: false,
    by,
    notIssuedAfter: time,
    expires: until,
  }
  if (task !== undefined) command.task = task
  if (points !== undefined) command.points = points
  if (isWhole(rung) && credentials !== undefined) command.credentials = credentials
  return command
}

function restrictionBy({ rung, only }: Order): Restriction {
  if (rung === 'step-up') return { stepUp: only ?? {} }
  if (rung === 'tighten') return { deny: only ?? { actions: changing } }
  return { deny: {} }
}
