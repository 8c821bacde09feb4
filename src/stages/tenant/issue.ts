import { human, minutes } from '../../detect/units.ts'
import type { Stage } from '../../flow/topology.ts'
import type { Command } from '../../model/command.ts'
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
    run(proposal, context) {
      const table = context.state
      const command = fromNow(proposal, context.now)
      const entry = enter(command, table, context.now)
      if (entry === undefined) return
      const { policy } = context.shared('policy', 'current') ?? fallback
      if (command.mode !== 'enforce' || !interrupts(command.rung)) {
        move(entry, 'proposed', context.now, table, context, {
          issue: command,
          why: command.mode === 'enforce' ? command.rung : 'would have',
        })
        return
      }
      if (command.heard === 'stranger') {
        move(entry, 'proposed', context.now, table, context, {
          issue: command,
          why: `only ${command.publisher} says so: a person must approve`,
        })
        return
      }
      const full = table.held > maxEntries
      if (
        command.automatic &&
        counts(command.rung) &&
        (full || !take(brakeFor(table.brakes, command.publisher), context.now, policy))
      )
        move(entry, 'proposed', context.now, table, context, {
          issue: command,
          why: `the brake is on${command.publisher === undefined ? '' : ` for ${command.publisher}`}: a person must approve`,
        })
      else {
        const higher = above(command, table)
        if (higher !== undefined) withdraw(entry, higher, context.now, context, { issue: command })
        else {
          issueNow(entry, table, context, { issue: command })
          withdrawUnder(command, context.now, context)
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

/** An act told later than this says so in its command. */
const lateMs = minutes(10)

/**
 * The command with its life before it. Its evidence has the time of the act, which its writer says and which may be long ago or
 * ahead; what an act ahead of its time takes back is no authority that is yet to be given.
 */
function fromNow(command: Command, now: number): Command {
  const { time, because, expires, notIssuedAfter } = command
  const late = now - time
  return {
    ...command,
    because: late > lateMs ? `${because} (told ${human(late)} after the act)` : because,
    notIssuedAfter: Math.min(notIssuedAfter, now),
    expires: now + (expires - time),
  }
}
