import { choice, chosen, marks, number, toBoard, type Variable, value } from '../dashboard.ts'

/** The span shown is in reach of the view: `time`, `minute`, `hour`, … is the view’s first time column. */
export const within = (column: string): string => `$__timeFilter(${column})`

export const ofTenant = chosen('tenant')
export const ofCohort = chosen('cohort')
/** For views without a cohort: the agents that were seen in it. */
export const agentOfCohort = `(${value('cohort')} = '*' OR agent IN (SELECT agent FROM v_agents WHERE ${ofTenant} AND cohort = ${value('cohort')}))`

export const tenant: Variable = choice('tenant', 'Tenant', 'SELECT DISTINCT tenant FROM v_agents ORDER BY tenant')

export const cohort: Variable = choice(
  'cohort',
  'Cohort',
  `SELECT DISTINCT cohort FROM v_agents WHERE ${ofTenant} AND cohort != '' ORDER BY cohort`,
)

const agents = (filter: string) =>
  `SELECT agent FROM v_agents WHERE ${ofTenant} AND ${ofCohort} AND ${filter} GROUP BY agent ORDER BY max(last_seen) DESC LIMIT 1000`

/** Exactly one; at first the one with the most evidence. */
export const oneAgent: Variable = choice(
  'agent',
  'Agent',
  `SELECT a.agent FROM (${agents('last_seen >= $__fromTime')}) AS a
   LEFT JOIN (SELECT agent, max(standing_bits) AS standing FROM v_agent_risk WHERE ${within('minute')} AND ${ofTenant} GROUP BY agent) AS r
   ON r.agent = a.agent ORDER BY standing DESC, a.agent`,
  { all: false },
)

/** Numbers of a point that never came, over rows of v_points: the span of its numbering less what came. */
export const missing = (view: string): string =>
  `greatest(0, toInt64(max(${view}.highest_seq)) - toInt64(minIf(${view}.lowest_seq, ${view}.highest_seq > 0)) + 1 - sumIf(toInt64(${view}.highest_seq) - toInt64(${view}.lowest_seq) + 1 - ${view}.missing, ${view}.highest_seq > 0))`

/** What the operator promised to stay under. */
export const target: Variable = number('target', 'Target, seconds to effect', 5)
export const budget: Variable = number('budget', 'Budget, false interruptions per 10,000 events', 1)

/** In force now: issued, not ended, and not only proposed (src/policy/command-table.ts). */
export const inForce = `mode = 'enforce' AND rung IN ('step-up', 'tighten', 'revoke', 'quarantine') AND state IN ('issued', 'delivered', 'partly-applied', 'applied', 'refused', 'failed')`

/** Commands on the time axis. What an agent chose is not in the mark’s text: Grafana shows that as HTML. */
export const commandMarks = (filter: string) => [
  marks(
    'Commands',
    'red',
    `SELECT caused AS time, rung AS title, concat(rung, ', ', state, ', ', toString(round(bits, 1)), ' bits') AS text, rung AS tags
     FROM v_commands WHERE ${within('caused')} AND ${filter} AND mode = 'enforce' ORDER BY caused LIMIT 500`,
  ),
  marks(
    'Releases',
    'green',
    `SELECT assumeNotNull(released_at) AS time, 'released' AS title, concat(rung, ' released') AS text, rung AS tags
     FROM v_commands WHERE isNotNull(released_at) AND ${within('released_at')} AND ${filter} ORDER BY time LIMIT 500`,
  ),
]

const cell = (column: string): string => `\${__data.fields.${column}:percentencode}`

/**
 * Grafana decodes a finished link twice before it is shown (textUtil.sanitizeUrl; grafana/grafana#93072), so `&`, `#` and `+` of a
 * name would become part of the address: a click on `a#b` would show `a`. Two more encodings in a column of its own last that long.
 */
export const agentKey = (column = 'agent'): string => `encodeURLComponent(encodeURLComponent(${column})) AS agent_key`

/** Columns of a table with the names of agents and `agentKey`. */
export const agentColumns = {
  agent: {
    link: { title: 'This agent', url: toBoard('rescind-agent', ['tenant'], [`var-agent=${cell('agent_key')}`]) },
  },
  agent_key: { hidden: true },
}
export const detectorLink = {
  title: 'This detector',
  url: toBoard('rescind-detectors', ['tenant', 'cohort'], [`var-detector=${cell('detector')}`]),
}
export const boardLink = (uid: string, title: string, keep: readonly string[] = ['tenant', 'cohort']) => ({
  title,
  url: toBoard(uid, keep),
})
