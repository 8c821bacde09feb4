import { type Static, Type } from 'typebox'
import { ActionClass } from './event.ts'
import { Mode } from './finding.ts'
import { Heard } from './origin.ts'
import { PointOutcome } from './point-state.ts'
import { Sink } from './sink.ts'

/** The response ladder, mildest first. */
export const rungs = ['observe', 'notify', 'step-up', 'tighten', 'revoke', 'quarantine'] as const
export const Rung = Type.Union([
  Type.Literal('observe'),
  Type.Literal('notify'),
  Type.Literal('step-up'),
  Type.Literal('tighten'),
  Type.Literal('revoke'),
  Type.Literal('quarantine'),
])
export type Rung = (typeof rungs)[number]

/** What a restriction catches; every list that is present must match. An empty selector catches every act of the target. */
export const Selector = Type.Object({
  tools: Type.Optional(Type.Array(Type.String())),
  actions: Type.Optional(Type.Array(ActionClass)),
  datasets: Type.Optional(Type.Array(Type.String())),
  destinations: Type.Optional(Type.Array(Type.String())),
  environments: Type.Optional(Type.Array(Type.String())),
  arguments: Type.Optional(Type.Array(Type.String(), { description: 'Digests of the arguments.' })),
})
export type Selector = Static<typeof Selector>

/** What of a call is taken out; the lists of a selector say of which calls. */
export const Sanitising = Type.Object({
  ...Selector.properties,
  fields: Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
    minItems: 1,
    maxItems: 256,
    description: 'JSON paths: $.a.b from the top, a single name at any depth.',
  }),
  of: Type.Optional(
    Type.Union([Type.Literal('arguments'), Type.Literal('answer')], { description: 'Default: of the arguments.' }),
  ),
})
export type Sanitising = Static<typeof Sanitising>

/** What a widened approval lets go: acts that every list holds. */
export const Allowing = Type.Object({
  tools: Type.Optional(Type.Array(Type.String())),
  actions: Type.Optional(Type.Array(ActionClass)),
  sinks: Type.Optional(Type.Array(Sink)),
  destinations: Type.Array(Type.String(), {
    description: 'Hashes. Each destination of the act is one of them; empty: acts without destinations.',
  }),
})
export type Allowing = Static<typeof Allowing>

/** A restriction is data; each enforcement point renders it to what it speaks. */
export const Restriction = Type.Object({
  deny: Type.Optional(Selector),
  stepUp: Type.Optional(Selector),
  sanitise: Type.Optional(Sanitising),
  allow: Type.Optional(Allowing),
})
export type Restriction = Static<typeof Restriction>

/** Whom a command is about; an act is caught when every member that is present matches it. */
export const Target = Type.Object({
  agent: Type.Optional(Type.String()),
  task: Type.Optional(Type.String()),
  credential: Type.Optional(Type.String()),
})
export type Target = Static<typeof Target>

export const Evidence = Type.Object({
  finding: Type.String(),
  detector: Type.String(),
  event: Type.String(),
  bits: Type.Number(),
  because: Type.String(),
  everyTime: Type.Optional(
    Type.Literal(true, { description: 'A person is asked each time: no widened approval covers it.' }),
  ),
})
export type Evidence = Static<typeof Evidence>

/** The one act that a command was about: what a person who approves it lets go ahead, once. */
export const HeldAct = Type.Object({
  event: Type.String({ description: 'The attempt.' }),
  tool: Type.Optional(Type.String()),
  server: Type.Optional(Type.String({ description: 'Of the tool.' })),
  sink: Type.Optional(Sink),
  arguments: Type.Optional(Type.String({ description: 'Digest of its canonical arguments.' })),
  shown: Type.Optional(
    Type.String({ description: 'The arguments for people, shortened, without credentials. Hostile text.' }),
  ),
  destinations: Type.Optional(Type.Array(Type.String(), { description: 'Hashes.' })),
})
export type HeldAct = Static<typeof HeldAct>

/** How far an approval is widened: its tool to the same destinations, or whatever goes to one destination. */
export const WidenTo = Type.Union([Type.Literal('tool'), Type.Literal('destination')])
export type WidenTo = Static<typeof WidenTo>

/** What a widened approval came from. */
export const Widens = Type.Object({
  command: Type.String({ description: 'The command that held the act.' }),
  to: WidenTo,
  by: Type.String({ description: 'The person.' }),
})
export type Widens = Static<typeof Widens>

/** The state of a command: a fold of its states per point (src/policy/points.ts). */
export const CommandState = Type.Union([
  Type.Literal('proposed'),
  Type.Literal('issued'),
  Type.Literal('delivered'),
  Type.Literal('partly-applied'),
  Type.Literal('applied'),
  Type.Literal('refused'),
  Type.Literal('failed'),
  Type.Literal('expired'),
  Type.Literal('released'),
])
export type CommandState = Static<typeof CommandState>

/** An order to enforcement points. */
export const Command = Type.Object(
  {
    id: Type.String({ description: 'Digest of its cause: a redelivery is the same command.' }),
    tenant: Type.String(),
    time: Type.Integer({ description: 'Event time of the act that caused it, ms since the epoch.' }),
    rung: Rung,
    target: Target,
    restriction: Restriction,
    agent: Type.String(),
    principal: Type.Optional(Type.String({ description: 'On whose behalf the agent acted.' })),
    task: Type.Optional(Type.String()),
    credentials: Type.Optional(Type.Array(Type.String(), { description: 'Credentials the target is known to use.' })),
    points: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Enforcement points that had served the agent when it was decided, the latest last. Bounded.',
      }),
    ),
    because: Type.String(),
    act: Type.Optional(HeldAct),
    widens: Type.Optional(Widens),
    evidence: Type.Array(Evidence),
    bits: Type.Number({ description: 'Risk when it was decided.' }),
    costs: Type.Object({
      odds: Type.Number({ description: 'Prior odds times 2^bits.' }),
      badAction: Type.Number(),
      falseInterruption: Type.Number(),
      next: Type.Optional(
        Type.Object({ rung: Rung, bitsNeeded: Type.Number() }, { description: 'The nearest rung not taken.' }),
      ),
    }),
    publisher: Type.Optional(
      Type.String({ description: 'Who handed in the event that it rests on; the brake counts by it.' }),
    ),
    heard: Type.Optional(Heard),
    policy: Type.String({ description: 'Version (digest) of the policy that decided.' }),
    mode: Mode,
    automatic: Type.Boolean({ description: 'Decided by the monitor; false: by a person.' }),
    by: Type.Optional(Type.String({ description: 'The person who ordered it by hand.' })),
    notIssuedAfter: Type.Integer({
      description: 'Generation: credentials and tasks that began later are not caught, ms.',
    }),
    expires: Type.Integer({ description: 'ms since the epoch.' }),
  },
  { $id: 'https://rescind.dev/schemas/command.json', title: 'Command', description: 'An order to enforcement points.' },
)
export type Command = Static<typeof Command>

/** One step in the life of a command, as written to the log: the first carries the command itself. */
export const CommandUpdate = Type.Object(
  {
    id: Type.String({ description: 'Digest of command, state, point and its outcome.' }),
    tenant: Type.String(),
    seq: Type.Integer({ description: 'Of the tenant’s command table; grows by one per update.' }),
    digest: Type.String({ description: 'Of the whole table of commands in force after this update.' }),
    command: Type.String({ description: 'Id of the command.' }),
    state: CommandState,
    time: Type.Integer({ description: 'ms since the epoch.' }),
    point: Type.Optional(Type.String()),
    outcome: Type.Optional(PointOutcome),
    awaits: Type.Optional(
      Type.Array(Type.String(), { description: 'With `issued`: the points that it is to hold at.' }),
    ),
    why: Type.Optional(Type.String()),
    by: Type.Optional(Type.String({ description: 'The person or system that caused it.' })),
    verb: Type.Optional(
      Type.Union([Type.Literal('approved'), Type.Literal('released')], {
        description: 'How a person let it go: its one act may go ahead, or it was wrong.',
      }),
    ),
    issue: Type.Optional(Command),
  },
  {
    $id: 'https://rescind.dev/schemas/command-update.json',
    title: 'CommandUpdate',
    description: 'One step in the life of a command.',
  },
)
export type CommandUpdate = Static<typeof CommandUpdate>
