import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Fault, faultsOf } from '../model/faults.ts'
import type { Profile as ProfileState } from '../model/profile.ts'
import { Scope } from '../model/scope.ts'
import { Policy, type StampedPolicy } from '../policy/policy.ts'

/** What an enforcement point needs to know of an agent to decide before a call. */
export interface Knowledge {
  profile?: ProfileState | undefined
  cohort?: ProfileState | undefined
  fleet?: ProfileState | undefined
  scopes: readonly Scope[]
  acts: number
  cost: number
  policy: StampedPolicy
  /** The tenant’s secret under which its guards write `keyed` of events; a monitor gives it, nobody keeps it. */
  joinKey?: string
}

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

/** Checks knowledge that comes from outside; never throws. */
export const parseKnowledge = (given: unknown): { knowledge: Knowledge } | { faults: Fault[] } =>
  shape.Check(given) ? { knowledge: given } : { faults: faultsOf(Shape, given, 'knowledge') }
