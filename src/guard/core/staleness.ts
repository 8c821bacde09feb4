import type { ActionClass } from '../../model/event.ts'
import type { Fail } from './types.ts'

const closed: ReadonlySet<ActionClass> = new Set(['delete', 'execute', 'export', 'admin'])

export interface Staleness {
  afterMs: number
  fail: Fail | Partial<Record<ActionClass, Fail>> | undefined
}

/** Whether an act of this class goes ahead when the monitor was last heard `silentMs` ago. */
export function stale(silentMs: number, action: ActionClass | undefined, how: Staleness): Fail | undefined {
  if (silentMs <= how.afterMs) return undefined
  if (typeof how.fail === 'string') return how.fail
  const chosen = action === undefined ? undefined : how.fail?.[action]
  return chosen ?? (action === undefined || closed.has(action) ? 'closed' : 'open')
}
