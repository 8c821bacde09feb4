import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { canonical } from '../model/canonical.ts'
import { digest } from '../model/digest.ts'
import { ActionClass, Sensitivity } from '../model/event.ts'
import { type Fault, faultsOf } from '../model/faults.ts'
import { Mode } from '../model/finding.ts'

const positive = (value: number, description: string) => Type.Number({ minimum: 0, default: value, description })
const ms = (value: number, description: string) =>
  Type.Integer({ minimum: 0, default: value, description: `${description}, ms of event time.` })
const group = <T extends Record<string, TSchema>>(members: T, description: string) =>
  Type.Object(members, { default: {}, additionalProperties: false, description })

/** `$.a.b`, `a.b`, `$.a[*].b`, `$.a[0]`. */
const jsonPath = '^(?:\\$|[^.$[\\]][^.[\\]]*)(?:\\[(?:\\*|\\d{1,9})\\])*(?:\\.[^.[\\]]+(?:\\[(?:\\*|\\d{1,9})\\])*)*$'

/** An act that is never interrupted automatically. Every member that is present must match. */
export const Allowance = Type.Object(
  {
    agent: Type.Optional(Type.String()),
    tool: Type.Optional(Type.String()),
    action: Type.Optional(ActionClass),
    destination: Type.Optional(Type.String({ description: 'Hash of the destination.' })),
    detector: Type.Optional(Type.String({ description: 'Only findings of this detector are forgiven.' })),
    until: Type.Optional(Type.Integer({ description: 'End of the allowance, ms since the epoch. Absent: no end.' })),
    because: Type.String({ minLength: 1, description: 'Why, for the auditor.' }),
  },
  { additionalProperties: false },
)
export type Allowance = Static<typeof Allowance>

/** What is taken out of calls or their answers. Every condition that is present must match. */
export const SanitiseRule = Type.Object(
  {
    of: Type.Union([Type.Literal('arguments'), Type.Literal('answer')], {
      description: 'Of the arguments before the call runs, or of the answer before the model or a customer sees it.',
    }),
    server: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    tool: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'A tool, or a method such as resources/read.' }),
    ),
    sensitivity: Type.Optional(
      Type.Union(Sensitivity.anyOf, { description: 'Only calls on data that is at least this sensitive.' }),
    ),
    path: Type.String({
      default: '$',
      maxLength: 512,
      pattern: jsonPath,
      description:
        'JSON path: $ for everything, $.a.b from the top, * for any name, a single name at any depth; lists are no step.',
    }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'RE2 pattern: only what it matches is taken out. Absent: the whole value.',
      }),
    ),
    kind: Type.Optional(
      Type.Literal('secret', { description: 'Only what looks like a secret is taken out: keys, tokens, passwords.' }),
    ),
    because: Type.String({ minLength: 1, description: 'Why, for the auditor and for the one who reads the answer.' }),
  },
  { additionalProperties: false },
)
export type SanitiseRule = Static<typeof SanitiseRule>

/** What fields of a system’s answers prove. Without one that bears on it, general rules decide (docs/guard.md). */
export const FieldRule = Type.Object(
  {
    server: Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'Name that the server gives itself; * stands for any characters.',
    }),
    tool: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'Only in answers of this tool.' })),
    path: Type.String({
      maxLength: 512,
      pattern: jsonPath,
      description:
        'JSON path, with all that is below it: $ for everything, $.a.b from the top, * for any name, a single name at any depth; lists are no step.',
    }),
    trust: Type.Boolean({
      description:
        'true: a short value there is the system’s own, and proves an aim of the same value. false: somebody may have written it.',
    }),
    because: Type.String({ minLength: 1, description: 'Why, for the auditor.' }),
  },
  { additionalProperties: false },
)
export type FieldRule = Static<typeof FieldRule>

/** One YAML file. Every value has a default, so that no file is needed to start. */
export const Policy = Type.Object(
  {
    mode: Type.Union([Type.Literal('learn'), Type.Literal('shadow'), Type.Literal('enforce')], {
      default: 'enforce',
      description: 'learn: observes only. shadow: decides and marks “would have”. enforce: acts.',
    }),
    budget: Type.Number({
      exclusiveMinimum: 0,
      maximum: 0.5,
      default: 0.0001,
      description: 'False interruptions that are acceptable per benign event; the prior odds that an act is bad.',
    }),
    costs: Type.Object(
      {
        action: group(
          {
            list: positive(0.5, 'Listing.'),
            read: positive(1, 'Reading: the unit of all costs.'),
            authenticate: positive(3, 'Signing in.'),
            write: positive(10, 'Changing.'),
            approve: positive(100, 'Approving in a person’s place.'),
            export: positive(200, 'Sending out.'),
            execute: positive(200, 'Running code.'),
            delete: positive(5000, 'Destroying: it cannot be undone.'),
            admin: positive(1000, 'Changing rights or settings.'),
            unknown: positive(10, 'An act of unknown class.'),
          },
          'Cost of a bad act of this class on internal data in production.',
        ),
        sensitivity: group(
          {
            public: positive(0.3, ''),
            internal: positive(1, ''),
            confidential: positive(3, ''),
            restricted: positive(10, ''),
          },
          'Factor by the sensitivity of the data; internal where none is stated.',
        ),
        environment: Type.Record(Type.String(), Type.Number({ minimum: 0 }), {
          default: { sandbox: 0.02, development: 0.05, test: 0.05, staging: 0.2 },
          description: 'Factor by environment; 1 for those not named.',
        }),
        external: positive(2, 'Factor when a destination is outside the organisation.'),
        interruption: group(
          {
            notify: positive(0.1, 'A look by a person.'),
            'step-up': positive(1, 'A person or fresh credential is asked.'),
            tighten: positive(5, 'A part of the agent’s work stops.'),
            revoke: positive(100, 'Its credential is taken.'),
            quarantine: positive(5000, 'It stops altogether.'),
          },
          'Cost of taking this rung wrongly, in the same unit.',
        ),
      },
      { default: {}, additionalProperties: false },
    ),
    risk: Type.Object(
      {
        halfLife: ms(6 * 3_600_000, 'Risk halves in this time'),
      },
      { default: {}, additionalProperties: false },
    ),
    learning: Type.Object(
      {
        hold: ms(15 * 60_000, 'A task without an end is learned when it has been quiet and clean this long'),
      },
      { default: {}, additionalProperties: false },
    ),
    expiry: group(
      {
        'step-up': ms(3_600_000, 'How long a step-up stands'),
        tighten: ms(4 * 3_600_000, 'How long a tightening stands'),
        revoke: ms(24 * 3_600_000, 'How long a revocation stands'),
        quarantine: ms(24 * 3_600_000, 'How long a quarantine stands'),
        widening: ms(24 * 3_600_000, 'The longest that a widened approval stands'),
        byHand: ms(7 * 24 * 3_600_000, 'The longest that what a person orders by hand stands'),
      },
      'Every command ends by itself.',
    ),
    brake: Type.Object(
      {
        window: ms(3_600_000, 'The brake counts automatic interruptions over this time'),
        perTenant: Type.Integer({
          minimum: 0,
          default: 50,
          description:
            'Tightenings, revocations and quarantines of a tenant per window on the word of one publisher; more only by a person.',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    unanswered: ms(10_000, 'A command that no enforcement point applied raises an alarm after this time'),
    allow: Type.Array(Allowance, { default: [], maxItems: 1000 }),
    sanitise: Type.Array(SanitiseRule, {
      default: [],
      maxItems: 256,
      description: 'What is taken out of arguments and answers at the points that can. It is counted and never kept.',
    }),
    fields: Type.Array(FieldRule, {
      default: [],
      maxItems: 256,
      description:
        'Which fields of structured answers are trusted as proof. The deepest path decides; of rules for one path, the first.',
    }),
    detectors: Type.Record(
      Type.String(),
      Type.Object(
        {
          mode: Type.Optional(Mode),
          enabled: Type.Optional(Type.Boolean()),
          options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        },
        { additionalProperties: false },
      ),
      { default: {}, description: 'By detector id.' },
    ),
  },
  {
    $id: 'https://rescind.dev/schemas/policy.json',
    title: 'Policy',
    additionalProperties: false,
    description: 'When to act, and how hard.',
  },
)

export type Policy = Static<typeof Policy>

/** A policy with its version, as it travels through the log. */
export interface StampedPolicy {
  time: number
  version: string
  policy: Policy
}

/** Fills in the defaults and checks; never throws. `undefined` is a policy of defaults; a `null`, as an empty text gives it, is none. */
export function parsePolicy(given: unknown): { policy: Policy } | { faults: Fault[] } {
  let plain: unknown = {}
  try {
    if (given !== undefined) plain = JSON.parse(JSON.stringify(given))
  } catch (error) {
    return { faults: [{ path: 'policy', message: `must be plain data (${String(error)})` }] }
  }
  const filled = Value.Default(Policy, plain)
  return Value.Check(Policy, filled) ? { policy: filled } : { faults: faultsOf(Policy, filled, 'policy') }
}

export const defaultPolicy = (): Policy => {
  const parsed = parsePolicy({})
  if ('faults' in parsed) throw new Error(`the default policy is wrong: ${JSON.stringify(parsed.faults)}`)
  return parsed.policy
}

/** The first 12 hex digits of the digest over the policy with sorted members. */
export const policyVersion = (policy: Policy): string => digest(canonical(policy)).slice(0, 12)

export const stamped = (policy: Policy, time: number): StampedPolicy => ({
  time,
  version: policyVersion(policy),
  policy,
})
