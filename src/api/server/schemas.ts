import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { WidenTo } from '../../model/command.ts'
import { tenantName } from '../../model/names.ts'

export const Tenant = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    pattern: tenantName,
    description: 'Default: the token’s, else `default`.',
  }),
)
/**
 * Parameters that people type. One that is mistyped is refused, or a filter that was meant would not filter. What enforcement points
 * ask stays open: a newer one may ask with more.
 */
export const queryOf = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false })
/** Of a question about one thing. */
export const OfTenant = queryOf({ tenant: Tenant })
export const Limit = Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'At most so many.' })
export const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) })
export const Reason = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 4096, description: 'Why, for the auditor.' }),
    by: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'The person; read with the local key only.' }),
    ),
    tenant: Tenant,
  },
  { additionalProperties: false },
)
export type Reason = Static<typeof Reason>

/** Further acts that a person lets go with the one that was held. */
export const Widening = Type.Object(
  {
    to: WidenTo,
    destination: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'Hash; needed where the held act has several.' }),
    ),
    forMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'How long. Default: as long as a step-up stands; at most `expiry.widening` of the policy.',
      }),
    ),
    anyTask: Type.Optional(
      Type.Boolean({ description: 'In every task of the agent. Default: in the task of the held act.' }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Further acts of the agent go ahead for a while: `tool`, the same tool to the same destinations; `destination`, whatever goes to one destination and is no graver.',
  },
)
export const WideningReason = Type.Object(
  { ...Reason.properties, widen: Type.Optional(Widening) },
  { additionalProperties: false },
)
export type WideningReason = Static<typeof WideningReason>

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'Stable; see docs/errors.md.' }),
    field: Type.Optional(Type.String({ description: 'Path of what is wrong in the request.' })),
  },
  { description: 'RFC 9457.' },
)

/** An answer of one media type. */
export const json = (schema: TSchema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const problems = {
  '4XX': {
    description: 'The request is wrong or not allowed.',
    content: { 'application/problem+json': { schema: Problem } },
  },
  '5XX': { description: 'Try again later.', content: { 'application/problem+json': { schema: Problem } } },
}

/** 2299-12-31: the end of time in the history store, ms since the epoch. */
export const farFuture = 10_413_791_999_999
