import type { Stage } from '../../flow/topology.ts'
import type { Receipt } from '../../model/receipt.ts'
import { isNews, pointOf } from '../../policy/points.ts'
import type { Streams } from '../streams.ts'
import { entryOf, rule, settlePoint, type Table, tableStore } from './table.ts'

/** Takes enforcement points’ answers. “Sent” is never shown as “applied”: each state comes from a receipt of its own. */
export const settle: Stage<Streams, 'receipts', Table> = {
  name: 'settle',
  from: 'receipts',
  to: ['receipt-log', 'commands', 'rulings', 'revocations'],
  store: tableStore,
  run(said: Receipt, context) {
    const table = context.state
    const entry = entryOf(table, said.command)
    // No point did anything with a command before there was one: its clock is behind.
    const receipt = { ...said, time: Math.max(said.time, Math.min(entry?.command.time ?? 0, context.now)) }
    context.emit('receipt-log', receipt)
    if (entry === undefined || entry.state === 'proposed') return
    const { point, outcome, why } = receipt
    // A point’s clock may be wrong: it answers after it was asked, and no later than now.
    const time = Math.min(context.now, Math.max(entry.issued, receipt.time))
    const known = pointOf(entry.points, point)
    if (!isNews(known, { outcome, time })) return
    const isFirst = outcome === 'applied' && !Object.values(entry.points).some((each) => each.outcome === 'applied')
    const isExpected = known?.expected === true
    const state = {
      outcome,
      time,
      ...(why === undefined ? {} : { why }),
      ...(isExpected ? { expected: true as const } : {}),
    }
    settlePoint(entry, point, state, table, context)
    if (isFirst) rule(entry.command, 'applied', time, context)
  },
}
