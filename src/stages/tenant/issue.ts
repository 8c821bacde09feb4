import type { Stage } from '../../flow/topology.ts'
import type { Command } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import type { Finding } from '../../model/finding.ts'
import { counts, take } from '../../policy/brake.ts'
import { inForce } from '../../policy/command-table.ts'
import { interrupts } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import type { Streams } from '../streams.ts'
import { type Entry, maxEntries, move, newEntry, rule, type Table, tableStore } from './table.ts'
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
      if (table.entries[command.id] !== undefined) return
      const { policy } = context.shared('policy', 'current') ?? fallback
      const entry = newEntry(command, command.time)
      table.entries[command.id] = entry
      table.held++
      if (command.mode !== 'enforce' || !interrupts(command.rung)) {
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: command.mode === 'enforce' ? command.rung : 'would have',
        })
        return
      }
      const full = table.held > maxEntries
      if (command.automatic && counts(command.rung) && (full || !take(table.brake, command.time, policy)))
        move(entry, 'proposed', command.time, table, context, {
          issue: command,
          why: 'the brake is on: a person must approve',
        })
      else {
        const higher = above(command, table)
        if (higher !== undefined) withdraw(entry, higher, command.time, context, { issue: command })
        else {
          move(entry, 'issued', command.time, table, context, { issue: command })
          withdrawUnder(command, command.time, context)
        }
      }
      // An event that came late does not make its command late.
      entry.since = Math.max(command.time, context.now)
    },
    tick(context) {
      const { policy } = context.shared('policy', 'current') ?? fallback
      const isExpired = (entry: Entry) => entry.command.expires <= context.now
      const isLate = (entry: Entry) =>
        !entry.alarmed && isUnapplied(entry) && entry.since + policy.unanswered <= context.now
      const due = Object.values(context.state.entries).filter((entry) => isExpired(entry) || isLate(entry))
      // They came back from the changelog in another order than they were made in.
      due.sort((a, b) => (a.command.id < b.command.id ? -1 : 1))
      for (const entry of due) {
        if (isExpired(entry)) {
          move(entry, 'expired', context.now, context.state, context)
          rule(entry.command, 'expired', context.now, context)
        } else {
          entry.alarmed = true
          context.touch(entry.command.id)
          context.emit('findings', unanswered(entry.command, context.now))
        }
      }
    },
  }
}

/** Must be held to, and no point has said that it does: delivered, refused or failed is not applied. */
const isUnapplied = (entry: Entry): boolean => entry.applied.length === 0 && inForce(entry.command, entry.state)

const alarm = { id: 'unanswered-command', version: 1 }

function unanswered(command: Command, now: number): Finding {
  return {
    id: digest(alarm.id, alarm.version, command.id),
    time: now,
    tenant: command.tenant,
    agent: command.agent,
    ...(command.principal === undefined ? {} : { principal: command.principal }),
    detector: alarm.id,
    version: alarm.version,
    key: 'command',
    subject: command.id,
    rule: true,
    bits: 0,
    because: `no enforcement point has applied ${command.widens === undefined ? command.rung : 'the widened approval'} since it was issued`,
    evidence: command.evidence.map((e) => e.event),
    event: command.evidence.at(-1)?.event ?? '',
    act: {},
    mode: command.mode,
    labels: [],
  }
}
