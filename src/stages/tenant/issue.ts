import type { Stage } from '../../flow/topology.ts'
import { brakeFor, counts, take } from '../../policy/brake.ts'
import { interrupts } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import type { Streams } from '../streams.ts'
import { type Entry, enter, issueNow, maxEntries, move, rule, type Table, tableStore } from './table.ts'
import { isLate, raise } from './unanswered.ts'
import { above, withdraw, withdrawUnder } from './withdraw.ts'

/** Issues what was proposed, unless the brake says to ask a person first. Nothing is issued twice. */
export function issue(fallback: StampedPolicy): Stage<Streams, 'proposals', Table> {
  return {
    name: 'issue',
    from: 'proposals',
    to: ['commands', 'rulings', 'revocations', 'findings'],
    store: tableStore,
    run(command, context) {
      const table = context.state
      const entry = enter(command, table)
      if (entry === undefined) return
      const { policy } = context.shared('policy', 'current') ?? fallback
      if (command.mode !== 'enforce' || !interrupts(command.rung)) {
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: command.mode === 'enforce' ? command.rung : 'would have',
        })
        return
      }
      if (command.heard === 'stranger') {
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: `only ${command.publisher} says so: a person must approve`,
        })
        return
      }
      const full = table.held > maxEntries
      if (
        command.automatic &&
        counts(command.rung) &&
        (full || !take(brakeFor(table.brakes, command.publisher), command.time, policy))
      )
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: `the brake is on${command.publisher === undefined ? '' : ` for ${command.publisher}`}: a person must approve`,
        })
      else {
        const higher = above(command, table)
        if (higher !== undefined) withdraw(entry, higher, command.time, context, { issue: command })
        else {
          issueNow(entry, command.time, table, context, { issue: command })
          withdrawUnder(command, command.time, context)
        }
      }
    },
    tick(context) {
      const { policy } = context.shared('policy', 'current') ?? fallback
      const isExpired = (entry: Entry) => entry.command.expires <= context.now
      const before = context.now - policy.unanswered
      const due = Object.values(context.state.entries).filter((entry) => isExpired(entry) || isLate(entry, before))
      // They came back from the changelog in another order than they were made in.
      due.sort((a, b) => (a.command.id < b.command.id ? -1 : 1))
      for (const entry of due) {
        if (isExpired(entry)) {
          move(entry, 'expired', context.now, context.state, context)
          rule(entry.command, 'expired', context.now, context)
        } else {
          for (const finding of raise(entry, before, context.now)) context.emit('findings', finding)
          context.touch(entry.command.id)
        }
      }
    },
  }
}
