import type { Stage } from '../../flow/topology.ts'
import type { Review } from '../../model/receipt.ts'
import type { Streams } from '../streams.ts'
import { entryOf, move, rule, type Table, tableStore } from './table.ts'

/** A person let the act of a step-up go where its call was held: the step-up ends everywhere, on record. */
export const approvedAtPoint: Stage<Streams, 'approvals', Table> = {
  name: 'approved at point',
  from: 'approvals',
  to: ['review-log', 'commands', 'rulings'],
  store: tableStore,
  run(answer: Review, context) {
    context.emit('review-log', answer)
    const entry = entryOf(context.state, answer.command)
    if (entry === undefined || entry.command.rung !== 'step-up' || entry.command.by !== undefined) return
    const { by, reason: why } = answer
    // What the point says of the time is its own.
    const time = Math.min(answer.time, context.now)
    move(entry, 'released', time, context.state, context, { by, why, verb: 'approved' })
    rule(entry.command, 'approved', time, context)
  },
}
