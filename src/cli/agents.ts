import type { AgentSummary } from '../api/read/agents.ts'
import { type Connection, call, query } from './client.ts'
import { colors, type Output, plain, rungText, table, when } from './output.ts'
import { programName } from './program-name.ts'

/** `rescind agents`: who acts, the riskiest first. */
export async function agents(to: Connection, options: { limit: number; tenant?: string }, out: Output): Promise<void> {
  const { limit, tenant } = options
  const answer = await call<{ agents: AgentSummary[] }>(to, 'GET', query('/v1/agents', { limit, tenant }))
  out.answer(answer, () =>
    answer.agents.length === 0
      ? `No agent of tenant ${plain(tenant ?? 'default')} has acted yet. Put a guard in front of one: ${programName()} guard -- COMMAND`
      : table(
          ['agent', 'in force', 'risk, bits', 'acts', 'tasks open', 'last act, UTC', 'for'],
          answer.agents.map((a) => [
            plain(a.id, 48),
            a.rung === 'observe' ? '–' : rungText(a.rung),
            a.risk >= 5 ? colors.yellow(a.risk.toFixed(1)) : a.risk.toFixed(1),
            String(a.acts),
            String(a.tasks),
            when(a.last),
            plain(a.principal ?? '–', 48),
          ]),
          out.width,
        ),
  )
}
