import { type Static, Type } from 'typebox'
import { CommandState, Rung } from '../../model/command.ts'
import { asks, waits as isWaiting, type Life } from '../../policy/life.ts'
import { CommandLife, CommandRow, lifeOf, rowOf } from '../read/command-life.ts'
import { fallsOn } from '../read/falls-on.ts'
import { Judgement, type Recent } from '../read/recent.ts'
import { type ApiParts, type Routes, tenantOf } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import {
  farFuture,
  Id,
  json,
  Limit,
  OfTenant,
  problems,
  queryOf,
  Reason,
  Tenant,
  WideningReason,
} from '../server/schemas.ts'
import { Reviewed, reviewer } from './reviews.ts'
import { ordersWidening } from './widening.ts'

const Query = queryOf({
  tenant: Tenant,
  agent: Type.Optional(Type.String({ maxLength: 512, description: 'Against it, or a credential that it uses.' })),
  state: Type.Optional(CommandState),
  rung: Type.Optional(Rung),
  waits: Type.Optional(
    Type.Boolean({ description: 'Only those that wait for a person: held by the brake, or a step-up in force.' }),
  ),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'Event time of the cause, ms since the epoch.' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'Event time of the cause; not included.' })),
  limit: Limit,
})
type Query = Static<typeof Query>

const List = Type.Object({
  commands: Type.Array(CommandRow, { description: 'Newest first.' }),
  history: Type.Union([Type.Literal('asked'), Type.Literal('away'), Type.Literal('not asked')]),
  reviews: Type.Record(Type.String(), Judgement, { description: 'Step-ups that were denied, by id of the command.' }),
})

/** GET /v1/commands, /v1/commands/:id; POST /v1/commands/:id/approve, /deny, /release */
export const commandRoutes =
  (recent: Recent): Routes =>
  (app, parts) => {
    const { monitor } = parts

    app.get<{ Querystring: Query }>('/v1/commands', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'listCommands',
        summary: 'Commands, newest first',
        tags: ['read'],
        querystring: Query,
        response: { 200: json(List, 'Those of late from memory, older ones from history.'), ...problems },
      },
      handler: (request) => list(tenantOf(request, request.query.tenant), request.query, recent, parts),
    })

    app.get<{ Params: Static<typeof Id>; Querystring: Static<typeof OfTenant> }>('/v1/commands/:id', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'getCommand',
        summary: 'A command with each of its states',
        tags: ['read'],
        params: Id,
        querystring: OfTenant,
        response: { 200: json(CommandLife, 'With each state’s time.'), ...problems },
      },
      async handler(request) {
        const life = await lifeOf(parts, tenantOf(request, request.query.tenant), request.params.id)
        if (life === undefined) throw unknown(request.params.id)
        return life
      },
    })

    const review = reviewer(parts)
    const verbs = {
      approve: 'Issue what the brake held, or let the act of a step-up go ahead',
      deny: 'Do not issue what the brake held',
      release: 'End a command, a widened approval too',
    } as const
    for (const verb of ['approve', 'deny', 'release'] as const)
      app.post<{ Params: Static<typeof Id>; Body: WideningReason }>(`/v1/commands/:id/${verb}`, {
        config: { scope: 'rescind.respond' },
        schema: {
          operationId: `${verb}Command`,
          summary: verbs[verb],
          tags: ['respond'],
          params: Id,
          body: verb === 'deny' ? Reason : WideningReason,
          response: { 202: json(Reviewed, 'On disk; the command’s next state follows.'), ...problems },
        },
        async handler(request, reply) {
          const { id } = request.params
          const tenant = tenantOf(request, request.body.tenant)
          const standing = monitor.commandTables.of(tenant).table.commands.get(id)
          if (standing === undefined) {
            const ended = await lifeOf(parts, tenant, id).catch(() => undefined)
            if (ended === undefined) throw unknown(id)
            throw refusal('API_INVALID', `The command has ended: it is ${ended.state}.`, {
              status: 409,
              field: 'params.id',
            })
          }
          const { command, state } = standing
          if (verb !== 'release' && !asks(standing))
            throw refusal(
              'API_INVALID',
              `The command waits for nobody: it is a ${command.rung}, ${state}${command.by === undefined ? '' : `, ordered by ${command.by}: release it`}.`,
              {
                status: 409,
                field: 'params.id',
              },
            )
          const orders = ordersWidening(parts, standing, request.body.widen)
          return reply.code(202).send(await review(request, verb, { command: id, agent: command.agent }, orders))
        },
      })
  }

const unknown = (id: string) =>
  refusal('API_NOT_FOUND', `There is no command "${id.slice(0, 200)}".`, { field: 'params.id' })

async function list(tenant: string, query: Query, recent: Recent, parts: ApiParts): Promise<Static<typeof List>> {
  const { agent, state, rung, waits, limit } = query
  const from = query.from ?? 0
  const to = query.to ?? farFuture
  const credentials = (agent === undefined ? undefined : parts.monitor.agent(tenant, agent)?.credentials) ?? []
  const fits = (row: Omit<Life, 'seq'>) =>
    (agent === undefined || fallsOn(row.command, agent, credentials)) &&
    (state === undefined || row.state === state) &&
    (rung === undefined || row.command.rung === rung) &&
    (waits === undefined || waits === (isWaiting(row) && recent.judgement(tenant, row.command.id) === undefined)) &&
    row.command.time >= from &&
    row.command.time < to
  const { lives } = parts.monitor.commandTables.of(tenant)
  const found = new Map<string, Omit<Life, 'seq'>>()
  for (const [id, life] of lives) if (fits(life)) found.set(id, life)
  const answer = (state: Static<typeof List>['history']): Static<typeof List> => {
    const newest = [...found.values()].sort((a, b) => b.command.time - a.command.time).slice(0, limit)
    const commands = newest.map(rowOf)
    const reviews = recent.judgements(
      tenant,
      commands.map(({ command }) => command),
    )
    return { commands, history: state, reviews }
  }
  // What waits stands, and what stands is in memory.
  const history = found.size >= limit || waits === true ? undefined : parts.history?.()
  if (history === undefined) return answer('not asked')
  try {
    const older = await history.query('commands', {
      tenant,
      limit,
      from,
      to,
      ...(agent === undefined ? {} : { agent }),
    })
    // Memory is ahead of history.
    for (const row of older) if (!lives.has(row.command.id) && fits(row)) found.set(row.command.id, row)
    return answer('asked')
  } catch {
    return answer('away')
  }
}
