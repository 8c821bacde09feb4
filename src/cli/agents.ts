import colors from 'picocolors'
import { type Connection, call } from './client.ts'
import { type Output, plain, rungText, table } from './output.ts'

interface AgentSummary {
  id: string
  tenant: string
  principal?: string | null
  acts: number
  tasks: number
  risk: number
  rung?: string | null
}

/** `rescind agents`: who acts, the riskiest first. */
export async function agents(to: Connection, options: { limit: number }, out: Output): Promise<void> {
  const answer = await call<{ agents: AgentSummary[] }>(to, 'GET', `/v1/agents?limit=${options.limit}`)
  out.answer(answer, () =>
    answer.agents.length === 0
      ? 'No agent has acted yet. Put a guard in front of one: rescind guard -- COMMAND'
      : table(
          ['agent', 'for', 'acts', 'tasks open', 'risk, bits', 'in force'],
          answer.agents.map((a) => [
            plain(a.id, 48),
            plain(a.principal ?? '–', 32),
            String(a.acts),
            String(a.tasks),
            a.risk >= 5 ? colors.yellow(a.risk.toFixed(1)) : a.risk.toFixed(1),
            a.rung === undefined || a.rung === null ? '–' : rungText(a.rung),
          ]),
        ),
  )
}
