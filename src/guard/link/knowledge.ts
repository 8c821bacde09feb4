import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { RescindError } from '../../errors.ts'
import { type Fault, faultsOf } from '../../model/faults.ts'
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
/** What was declared once is told as it is, with members that a scope no longer has or does not have yet. */
const Declared = Type.Object(Scope.properties)
const Shape = Type.Object({
  profile: Type.Optional(Profile),
  cohort: Type.Optional(Profile),
  fleet: Type.Optional(Profile),
  scopes: Type.Array(Declared),
  acts: Type.Number(),
  cost: Type.Number(),
  joinKey: Type.Optional(Type.String({ minLength: 43, maxLength: 43 })),
  policy: Type.Object({ time: Type.Number(), version: Type.String(), policy: Policy }),
})
const shape = Compile(Shape)

/** What the monitor knows of an agent; throws when it does not answer, or not with that. */
export async function fetchKnowledge(
  client: MonitorClient,
  tenant: string,
  agent: string,
  cohort: string | undefined,
): Promise<Knowledge> {
  const query = new URLSearchParams({ tenant, ...(cohort === undefined ? {} : { cohort }) })
  const parsed = parseKnowledge(await client.json(`/v1/agents/${encodeURIComponent(agent)}/knowledge?${query}`))
  if ('knowledge' in parsed) return parsed.knowledge
  const why = parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new RescindError('GUARD_MONITOR_UNREACHABLE', `What ${client.url} answered is no knowledge of an agent: ${why}`)
}

/** Checks knowledge that comes from outside; never throws. */
export const parseKnowledge = (given: unknown): { knowledge: Knowledge } | { faults: Fault[] } =>
  shape.Check(given) ? { knowledge: given } : { faults: faultsOf(Shape, given, 'knowledge') }
