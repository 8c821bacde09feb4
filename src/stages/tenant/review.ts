import type { Context, Stage } from '../../flow/topology.ts'
import type { Command } from '../../model/command.ts'
import type { Review } from '../../model/receipt.ts'
import { interrupts } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { maxWidened, type WideningAnswer, widenedOf, widening } from '../../policy/widen.ts'
import type { Ruling, Streams } from '../streams.ts'
import { order } from './order.ts'
import { enter, entryOf, heldOf, issueNow, maxEntries, move, rule, type Table, tableStore } from './table.ts'
import { withdrawUnder } from './withdraw.ts'

/** Takes people’s answers: approve what the brake held, release what stands, let further acts go, order by hand, let the brake go. */
export const review = (fallback: StampedPolicy): Stage<Streams, 'reviews', Table> => ({
  name: 'review',
  from: 'reviews',
  to: ['review-log', 'commands', 'rulings', 'revocations'],
  store: tableStore,
  run(answer: Review, context) {
    context.emit('review-log', answer)
    const table = context.state
    if (answer.verb === 'brake-release') {
      table.brakes = {}
      return
    }
    const policy = context.shared('policy', 'current') ?? fallback
    if (answer.verb === 'order') {
      order(answer, policy, context)
      return
    }
    const entry = entryOf(table, answer.command)
    if (entry === undefined) return
    const extra = { by: answer.by, why: answer.reason }
    const waits = entry.state === 'proposed' && interrupts(entry.command.rung)
    if (answer.verb === 'approve' && waits) {
      // A person may take as long as it takes: its life has not begun.
      const expires = context.now + (entry.command.expires - entry.since)
      entry.command = { ...entry.command, automatic: false, mode: 'enforce', expires }
      issueNow(entry, table, context, { ...extra, issue: entry.command })
      withdrawUnder(entry.command, answer.time, context)
    } else if (
      answer.verb === 'release' ||
      (answer.verb === 'approve' && entry.command.rung === 'step-up' && entry.command.by === undefined) ||
      (answer.verb === 'deny' && waits)
    ) {
      // Approving a step-up lets its act go ahead: the restriction is lifted. Denying one leaves it standing.
      const verb = answer.verb === 'approve' ? 'approved' : 'released'
      move(entry, 'released', answer.time, table, context, { ...extra, verb })
      rule(entry.command, verb, answer.time, context)
      if (answer.widen !== undefined && answer.verb !== 'deny')
        widen(entry.command, { ...answer, widen: answer.widen }, policy, context)
    }
  },
})

/** Orders the points to let further acts go. What cannot be widened the API has refused already. */
function widen(held: Command, answer: WideningAnswer, policy: StampedPolicy, context: Context<Streams, Table>): void {
  const table = context.state
  const command = widening(held, answer, policy)
  if (typeof command === 'string' || isFull(table, command.agent)) return
  const widened = widenedOf(command)
  if (widened === undefined) return
  const entry = enter(command, table, context.now)
  if (entry === undefined) return
  const { time, by, reason } = answer
  issueNow(entry, table, context, { issue: command, by, why: reason })
  const ruling: Ruling = { time, tenant: command.tenant, agent: command.agent, command: command.id, verb: 'widened' }
  context.emit('rulings', { ...ruling, widened })
}

const isFull = (table: Table, agent: string): boolean =>
  table.held >= maxEntries ||
  heldOf(agent, table).filter(({ command }) => command.widens !== undefined).length >= maxWidened
