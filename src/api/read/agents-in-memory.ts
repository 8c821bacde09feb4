import { setImmediate as othersTurn } from 'node:timers/promises'
import type { AgentState } from '../../model/agent-state.ts'
import type { Monitor } from '../../runtime/monitor.ts'
import { agentStore } from '../../stages/agent/agent-store.ts'
import { namesOf } from '../../stages/lane-key.ts'

/** Agents looked at for one answer. */
const maxScanned = 50_000
/** How long a scan keeps the thread from those who decide, ms. */
const sliceMs = 3

/**
 * The agents of a tenant in memory, a part at a time: events wait for the same thread. What is touched while others had their
 * turn may come by twice; it is given once.
 */
export async function* agentsOf(tenant: string, monitor: Monitor): AsyncGenerator<[id: string, state: AgentState]> {
  const lane = monitor.live.lanes.get('agent')
  const given = new Set<string>()
  let began = performance.now()
  for (const key of lane?.keys() ?? []) {
    if (performance.now() - began >= sliceMs) {
      await othersTurn()
      began = performance.now()
    }
    const [owner, id] = namesOf(key)
    if (owner !== tenant || given.has(key)) continue
    if (given.size === maxScanned) return
    given.add(key)
    const state = lane?.peek(key, agentStore)
    if (state !== undefined) yield [id, state]
  }
}
