import type { AgentEvent } from '../model/event.ts'
import type { Order } from '../model/receipt.ts'
import { inOrder, isSettled, saidBy } from '../policy/points.ts'
import { type Connection, call, lookUntil } from './client.ts'
import { type Output, plain, when } from './output.ts'
import { programName } from './program-name.ts'

/** Written out, so that the command line starts without the schemas. */
export const actionClasses = [
  'read',
  'list',
  'write',
  'delete',
  'execute',
  'export',
  'admin',
  'authenticate',
  'approve',
] as const satisfies readonly NonNullable<AgentEvent['action']>[]

export interface OrderOptions {
  reason: string
  by?: string
  tenant?: string
  /** ms */
  for?: number
  task?: string
  tool?: string[]
  action?: string[]
}

/** `rescind revoke AGENT --reason …`, and its siblings. Ends when the points that are known have answered, or after a few seconds. */
export async function order(
  to: Connection,
  rung: Order['rung'],
  agent: string,
  { reason, by, tenant, for: forMs, task, tool: tools, action: actions }: OrderOptions,
  out: Output,
): Promise<void> {
  const only = tools === undefined && actions === undefined ? undefined : { tools, actions }
  const review = await call<{ id: string; by: string; command: string }>(
    to,
    'POST',
    `/v1/agents/${encodeURIComponent(agent)}/${rung}`,
    // What is undefined does not travel.
    { reason, by, tenant, forMs, task, only },
  )
  const { command } = review
  const life = await lookUntil(to, command, tenant, ({ points }) => isSettled(points))
  const state = life?.state ?? 'written down'
  const points = life?.points ?? {}
  out.answer({ command, state, points, agent, rung, by: review.by, expires: life?.command.expires }, () =>
    [
      `The ${rung} of ${plain(agent)} is ${life?.words ?? state}: command ${plain(command)}, by ${plain(review.by)}${life === undefined ? '' : `, until ${when(life.command.expires)} UTC`}.`,
      ...inOrder(points).map(([point, of]) => `  ${plain(saidBy(point, of), 400)}`),
      ...(state === 'applied'
        ? []
        : [
            `${state === 'partly-applied' ? 'Not every point has' : 'No point has'} applied it yet. Look again with: ${programName()} explain ${plain(command)}${inTenant(tenant)}`,
          ]),
      `Take it back with: ${programName()} release ${plain(command)}${inTenant(tenant)} --reason …`,
    ].join('\n'),
  )
}

const inTenant = (tenant: string | undefined) => (tenant === undefined ? '' : ` --tenant ${plain(tenant)}`)
