import { type Static, Type } from 'typebox'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'

/** One agent of a trace. */
export const TraceLink = Type.Object({
  agent: Type.String(),
  calledBy: Type.Optional(
    Type.String({ description: 'The agent whose span its first act hangs on, else its delegator.' }),
  ),
  principal: Type.Optional(Type.String()),
  workload: Type.Optional(Type.String()),
  chain: Type.Array(Type.String(), { description: 'Delegation as its events tell it, outermost first.' }),
  acts: Type.Integer(),
  findings: Type.Integer({ description: 'Findings of late that rest on its acts in this trace.' }),
  first: Type.Integer(),
  last: Type.Integer(),
})
export type TraceLink = Static<typeof TraceLink>

/** Who acted in a trace, in the order of first acts, and who called whom. `events`: oldest first. */
export function linksOf(events: readonly AgentEvent[], findings: Iterable<Finding>): TraceLink[] {
  const agentOfSpan = new Map<string, string>()
  const agentOfEvent = new Map<string, string>()
  for (const { id, agent, trace } of events) {
    agentOfEvent.set(id, agent.id)
    if (trace?.span !== undefined) agentOfSpan.set(trace.span, agent.id)
  }
  const links = new Map<string, TraceLink>()
  for (const event of events) {
    const link = links.get(event.agent.id) ?? begun(event)
    links.set(link.agent, link)
    link.acts++
    link.last = event.time
    if (link.calledBy !== undefined) continue
    const caller =
      agentOfSpan.get(event.trace?.parent ?? '') ?? event.chain?.findLast((each) => each.id !== link.agent)?.id
    if (caller !== undefined && caller !== link.agent && caller !== link.principal) link.calledBy = caller
  }
  for (const { event } of findings) {
    const link = links.get(agentOfEvent.get(event) ?? '')
    if (link !== undefined) link.findings++
  }
  return [...links.values()]
}

const begun = ({ agent, principal, chain, time }: AgentEvent): TraceLink => ({
  agent: agent.id,
  ...(principal === undefined ? {} : { principal }),
  ...(agent.workload === undefined ? {} : { workload: agent.workload }),
  chain: chain?.map(({ id }) => id) ?? [],
  acts: 0,
  findings: 0,
  first: time,
  last: time,
})
