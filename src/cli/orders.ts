import { setTimeout as pause } from 'node:timers/promises'
import type { CommandLife } from '../api/read/command-life.ts'
import { RescindError } from '../errors.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Order } from '../model/receipt.ts'
import { type Connection, call, query } from './client.ts'
import { type Output, plain, when } from './output.ts'

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

/** How long a point may take to apply what was ordered. */
const patienceMs = 5_000

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

/** `rescind revoke AGENT --reason …`, and its siblings. Ends when a point has applied it, or said why it does not. */
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
  const until = performance.now() + patienceMs
  let life = await lifeOf(to, command, tenant)
  while (life?.state !== 'applied' && performance.now() < until) {
    await pause(100)
    life = await lifeOf(to, command, tenant)
  }
  const state = life?.state ?? 'written down'
  const points = life?.points ?? {}
  out.answer({ command, state, points, agent, rung, by: review.by, expires: life?.command.expires }, () =>
    [
      `The ${rung} of ${plain(agent)} is ${state}: command ${plain(command)}, by ${plain(review.by)}${life === undefined ? '' : `, until ${when(life.command.expires)} UTC`}.`,
      ...Object.entries(points).map(
        ([point, { outcome, why }]) => `  ${outcome} by ${plain(point)}${why === undefined ? '' : `: ${plain(why)}`}`,
      ),
      ...(state === 'applied'
        ? []
        : [`No point has applied it yet. Look again with: rescind explain ${plain(command)}${inTenant(tenant)}`]),
      `Take it back with: rescind release ${plain(command)}${inTenant(tenant)} --reason …`,
    ].join('\n'),
  )
}

const inTenant = (tenant: string | undefined) => (tenant === undefined ? '' : ` --tenant ${plain(tenant)}`)

/** Undefined until it has come through the log. */
async function lifeOf(to: Connection, id: string, tenant: string | undefined): Promise<CommandLife | undefined> {
  try {
    return await call<CommandLife>(to, 'GET', query(`/v1/commands/${encodeURIComponent(id)}`, { tenant }))
  } catch (error) {
    if (error instanceof RescindError && error.code === 'API_NOT_FOUND') return undefined
    throw error
  }
}
