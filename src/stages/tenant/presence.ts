import type { Context, Stage } from '../../flow/topology.ts'
import { pointOf } from '../../policy/points.ts'
import type { Presence, Streams } from '../streams.ts'
import { type Entry, isPresent, settlePoint, type Table, tableStore } from './table.ts'

/** Most points known to be here per tenant. Where there are more, a command waits for those of them that are known. */
export const maxPresent = 1024

/**
 * Learns which points follow the commands. One that goes before it has answered a command is waited for no longer; one that
 * comes is waited for again.
 */
export const presence: Stage<Streams, 'presence', Table> = {
  name: 'presence',
  from: 'presence',
  to: ['commands'],
  store: tableStore,
  run({ time, here, gone }: Presence, context) {
    const table = context.state
    const left = new Set<string>()
    // Another instance may have heard of it since.
    for (const { point, since } of gone)
      if (Object.hasOwn(table.present, point) && (table.present[point] ?? 0) <= since) {
        delete table.present[point]
        left.add(point)
      }
    for (const point of Object.keys(table.present))
      if (!isPresent(table, point, context.now)) {
        delete table.present[point]
        left.add(point)
      }
    const come = new Set<string>()
    let count = Object.keys(table.present).length
    for (const point of here) {
      if (!Object.hasOwn(table.present, point)) {
        if (count >= maxPresent) continue
        count++
        come.add(point)
      }
      // As own property, whatever its name is.
      Object.defineProperty(table.present, point, { value: time, enumerable: true, configurable: true, writable: true })
      left.delete(point)
    }
    if (come.size > 0 || left.size > 0)
      for (const entry of inOrder(table)) {
        for (const point of left) leave(entry, point, time, context)
        for (const point of come) arrive(entry, point, Math.max(time, context.now), context)
      }
  },
  tick(context) {
    const table = context.state
    const lost = Object.keys(table.present).filter((point) => !isPresent(table, point, context.now))
    // They stay in the record until one comes that is kept: a tick that says nothing is not.
    if (lost.length > 0)
      for (const entry of inOrder(table)) for (const point of lost) leave(entry, point, context.now, context)
  },
}

/** They came back from the changelog in another order than they were made in. */
const inOrder = (table: Table): Entry[] =>
  Object.values(table.entries)
    .filter(({ state }) => state !== 'proposed')
    .sort((a, b) => (a.command.id < b.command.id ? -1 : 1))

/** What has applied it has applied it; what it was only sent unasked says nothing. */
function leave(entry: Entry, point: string, time: number, context: Context<Streams, Table>): void {
  const known = pointOf(entry.points, point)
  if (known === undefined || known.outcome === 'gone' || known.outcome === 'applied') return
  if (known.expected !== true && known.outcome === 'delivered') return
  const { alarmed: _, ...rest } = known
  settlePoint(entry, point, { ...rest, outcome: 'gone', time, was: known.outcome }, context.state, context)
}

function arrive(entry: Entry, point: string, time: number, context: Context<Streams, Table>): void {
  const known = pointOf(entry.points, point)
  if (known === undefined) {
    if (entry.command.points?.includes(point) === true)
      settlePoint(entry, point, { outcome: 'awaited', time, expected: true }, context.state, context)
  } else if (known.outcome === 'gone') {
    const { was = 'awaited', ...rest } = known
    settlePoint(entry, point, { ...rest, outcome: was, time }, context.state, context)
  }
}
