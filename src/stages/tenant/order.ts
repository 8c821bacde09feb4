import type { Context } from '../../flow/topology.ts'
import type { Review } from '../../model/receipt.ts'
import { ordered } from '../../policy/order.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import type { Ruling, Streams } from '../streams.ts'
import { enter, issueNow, type Table } from './table.ts'
import { withdrawUnder } from './withdraw.ts'

/** Issues what a person orders by hand, and tells the agent’s lane. What cannot be ordered the API has refused already. */
export function order(
  { agent, order: given, ...answer }: Review,
  policy: StampedPolicy,
  context: Context<Streams, Table>,
): void {
  if (agent === undefined || given === undefined) return
  const table = context.state
  const command = ordered({ ...answer, agent, order: given }, policy)
  if (typeof command === 'string') return
  const entry = enter(command, table, context.now)
  if (entry === undefined) return
  const { time, by, reason } = answer
  issueNow(entry, table, context, { issue: command, by, why: reason })
  withdrawUnder(command, time, context)
  const ruling: Ruling = { time, tenant: command.tenant, agent, command: command.id, verb: 'ordered' }
  context.emit('rulings', { ...ruling, ordered: command })
}
