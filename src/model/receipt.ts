import { type Static, Type } from 'typebox'
import { Selector, WidenTo } from './command.ts'
import { plainName, tenantName } from './names.ts'

/** An enforcement point's answer to a command. */
export const Receipt = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'Digest of command, point and outcome; filled in when absent.' })),
    tenant: Type.String({ minLength: 1, maxLength: 128, pattern: tenantName, default: 'default' }),
    command: Type.String({ minLength: 1, maxLength: 512, pattern: plainName }),
    point: Type.String({ minLength: 1, maxLength: 512, pattern: plainName }),
    outcome: Type.Union([
      Type.Literal('delivered'),
      Type.Literal('applied'),
      Type.Literal('refused'),
      Type.Literal('failed'),
    ]),
    time: Type.Integer({ minimum: 0, description: 'When the point did it, ms since the epoch.' }),
    why: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  {
    $id: 'https://rescind.dev/schemas/receipt.json',
    title: 'Receipt',
    description: 'An enforcement point’s answer to a command.',
  },
)
export type Receipt = Static<typeof Receipt>

/** Further acts that a person lets go with the one that was held. */
export const Widen = Type.Object({
  to: WidenTo,
  destination: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'Hash; needed where the held act has several.' }),
  ),
  until: Type.Integer({ minimum: 0, description: 'ms since the epoch; at most `expiry.widening` of the policy away.' }),
  anyTask: Type.Optional(
    Type.Boolean({ description: 'In every task of the agent. Default: in the task of the held act.' }),
  ),
})
export type Widen = Static<typeof Widen>

/** What a person orders against an agent by hand. */
export const Order = Type.Object({
  rung: Type.Union([
    Type.Literal('step-up'),
    Type.Literal('tighten'),
    Type.Literal('revoke'),
    Type.Literal('quarantine'),
  ]),
  until: Type.Integer({ minimum: 0, description: 'ms since the epoch; at most `expiry.byHand` of the policy away.' }),
  task: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'Step-up and tighten: in this task only.' }),
  ),
  only: Type.Optional(Selector),
  credentials: Type.Optional(
    Type.Array(Type.String({ maxLength: 512 }), {
      maxItems: 16,
      description: 'Those that the agent was known to use.',
    }),
  ),
  points: Type.Optional(
    Type.Array(Type.String({ maxLength: 512 }), {
      maxItems: 16,
      description: 'Enforcement points that had served the agent, the latest last.',
    }),
  ),
})
export type Order = Static<typeof Order>

/** A person's answer, or what a person orders. */
export const Review = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 512 }),
    tenant: Type.String({ minLength: 1, maxLength: 128, pattern: tenantName, default: 'default' }),
    time: Type.Integer({ minimum: 0 }),
    by: Type.String({ minLength: 1, maxLength: 512, description: 'The person.' }),
    reason: Type.String({ minLength: 1, maxLength: 4096 }),
    verb: Type.Union([
      Type.Literal('approve'),
      Type.Literal('deny'),
      Type.Literal('release'),
      Type.Literal('right'),
      Type.Literal('wrong'),
      Type.Literal('brake-release'),
      Type.Literal('order'),
    ]),
    command: Type.Optional(
      Type.String({
        maxLength: 512,
        description: 'For approve, deny and release; for order the one that comes of it.',
      }),
    ),
    widen: Type.Optional(Widen),
    order: Type.Optional(Order),
    finding: Type.Optional(Type.String({ maxLength: 512, description: 'For right and wrong.' })),
    agent: Type.Optional(
      Type.String({ maxLength: 512, description: 'For order; else whom it concerns, where known.' }),
    ),
  },
  {
    $id: 'https://rescind.dev/schemas/review.json',
    title: 'Review',
    description: 'A person’s answer, or what a person orders.',
  },
)
export type Review = Static<typeof Review>
