import type { Stage } from '../../flow/topology.ts'
import type { CommandUpdate } from '../../model/command.ts'
import type { Receipt } from '../../model/receipt.ts'
import type { Streams } from '../streams.ts'
import { entryOf, move, rule, type Table, tableStore } from './table.ts'

/** Most answers remembered of each sort. */
const maxAnswers = 256

/** Takes enforcement points’ answers. “Sent” is never shown as “applied”: each state comes from a receipt of its own. */
export const settle: Stage<Streams, 'receipts', Table> = {
  name: 'settle',
  from: 'receipts',
  to: ['receipt-log', 'commands', 'rulings', 'revocations'],
  store: tableStore,
  run(receipt: Receipt, context) {
    context.emit('receipt-log', receipt)
    const table = context.state
    const entry = entryOf(table, receipt.command)
    if (entry === undefined || entry.state === 'proposed') return
    const extra: Partial<CommandUpdate> = {
      point: receipt.point,
      ...(receipt.why === undefined ? {} : { why: receipt.why }),
    }
    if (receipt.outcome === 'applied') {
      if (entry.applied.includes(receipt.point)) return
      if (entry.applied.length < maxAnswers) entry.applied.push(receipt.point)
      const first = entry.applied.length === 1
      move(entry, 'applied', receipt.time, table, context, extra)
      if (first) rule(entry.command, 'applied', receipt.time, context)
    } else if (entry.state !== 'applied') {
      // The same answer again is the same record.
      const answer = `${receipt.outcome} ${receipt.point}`
      if (entry.heard.includes(answer)) return
      if (entry.heard.length < maxAnswers) entry.heard.push(answer)
      move(entry, receipt.outcome, receipt.time, table, context, extra)
    }
  },
}
