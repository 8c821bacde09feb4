import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Scope } from '../../model/scope.ts'
import type { Knowledge } from '../../policy/knowledge.ts'
import { Policy } from '../../policy/policy.ts'
import type { MonitorClient } from './client.ts'

const Counts = Type.Array(Type.Integer())
const Profile = Type.Object({
  tasks: Type.Integer(),
  acts: Type.Integer(),
  tools: Counts,
  datasets: Counts,
  actions: Counts,
  destinations: Counts,
  rates: Type.Array(Type.Number(), { minItems: 9, maxItems: 9 }),
  known: Type.Optional(Type.Object({ size: Type.Integer(), values: Type.Record(Type.String(), Type.Number()) })),
})
const Shape = Compile(
  Type.Object({
    profile: Type.Optional(Profile),
    cohort: Type.Optional(Profile),
    fleet: Type.Optional(Profile),
    scopes: Type.Array(Scope),
    acts: Type.Number(),
    cost: Type.Number(),
    joinKey: Type.Optional(Type.String({ minLength: 43, maxLength: 43 })),
    policy: Type.Object({ time: Type.Number(), version: Type.String(), policy: Policy }),
  }),
)

/** What the monitor knows of an agent; throws when it does not answer, or not with that. */
export async function fetchKnowledge(
  client: MonitorClient,
  tenant: string,
  agent: string,
  cohort: string | undefined,
): Promise<Knowledge> {
  const query = new URLSearchParams({ tenant, ...(cohort === undefined ? {} : { cohort }) })
  return parseKnowledge(await client.json(`/v1/agents/${encodeURIComponent(agent)}/knowledge?${query}`))
}

/** Checks knowledge that comes from outside; throws in plain words. */
export function parseKnowledge(given: unknown): Knowledge {
  if (Shape.Check(given)) return given
  const [fault] = Shape.Errors(given)
  throw new Error(`the knowledge is wrong: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`)
}
