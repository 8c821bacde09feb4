import { type Static, Type } from 'typebox'
import { Sink } from './sink.ts'

/** What kind of observation an event is. */
export const Kind = Type.Union([
  Type.Literal('attempt'),
  Type.Literal('outcome'),
  Type.Literal('task-start'),
  Type.Literal('task-end'),
  Type.Literal('credential-issued'),
  Type.Literal('approval'),
  Type.Literal('decision'),
  Type.Literal('heartbeat'),
])

/** What an act does, from harmless to dangerous. */
export const ActionClass = Type.Union([
  Type.Literal('read'),
  Type.Literal('list'),
  Type.Literal('write'),
  Type.Literal('delete'),
  Type.Literal('execute'),
  Type.Literal('export'),
  Type.Literal('admin'),
  Type.Literal('authenticate'),
  Type.Literal('approve'),
])

export const Sensitivity = Type.Union([
  Type.Literal('public'),
  Type.Literal('internal'),
  Type.Literal('confidential'),
  Type.Literal('restricted'),
])

/** What an enforcement point did with the act. */
export const Outcome = Type.Union([
  Type.Literal('allowed'),
  Type.Literal('denied'),
  Type.Literal('stepped-up'),
  Type.Literal('sanitised'),
  Type.Literal('failed'),
])

const id = (description: string) => Type.String({ minLength: 1, maxLength: 512, description })
const text = (maxLength: number, description: string) => Type.String({ maxLength, description })
const millis = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 8_640_000_000_000_000,
    description: `${description} Milliseconds since the epoch.`,
  })
const count = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })

/** Where a destination or value was first visible to the agent. */
export const FirstSeen = Type.Object(
  {
    in: Type.Union(
      [Type.Literal('request'), Type.Literal('tool-output'), Type.Literal('scope'), Type.Literal('unknown')],
      { description: 'The principal’s own request, the output of a tool, the declared scope, or none of them.' },
    ),
    call: Type.Optional(id('The call whose output showed it first, when `in` is `tool-output`.')),
    form: Type.Optional(
      Type.Union([Type.Literal('field'), Type.Literal('prose')], {
        description: 'Whether the output held it as a whole field value or in the middle of running text.',
      }),
    ),
  },
  { description: 'Where a value was first seen by the agent.' },
)

export const Destination = Type.Object({
  hash: id('Digest of the value, so that it can be compared without being kept.'),
  display: Type.Optional(text(256, 'Shortened form for people. Hostile text: show it as text only.')),
  kind: Type.Optional(text(64, 'email, url, domain, account, path, channel, phone, user, …')),
  boundary: Type.Optional(Type.Union([Type.Literal('internal'), Type.Literal('external')])),
  seen: Type.Optional(FirstSeen),
})

const digests = (description: string) => Type.Array(id('Digest of a value.'), { maxItems: 32, description })

/** What an enforcement point found out about where the arguments of an attempt came from. Flags and digests only. */
export const Provenance = Type.Object(
  {
    request: Type.Optional(
      id('Digest of what the principal asked for; absent: the point never saw it, and only `untrusted` can be judged.'),
    ),
    sink: Type.Optional(Sink),
    tainted: Type.Optional(Type.Boolean({ description: 'The task had read something that somebody wrote.' })),
    cut: Type.Optional(
      Type.Boolean({ description: 'A bound cut what was read: what is not found may have stood there.' }),
    ),
    doubt: Type.Optional(
      Type.Union([Type.Literal('nowhere'), Type.Literal('lost')], {
        description:
          'A destination or command stood nowhere: neither in the request nor in what was read; lost where the memory was cut.',
      }),
    ),
    told: Type.Optional(
      Type.Boolean({
        description: 'Text that was read tells this very act, and the request does not ask for it.',
      }),
    ),
    flow: Type.Optional(
      Type.Union([Type.Literal('secret'), Type.Literal('restricted')], {
        description: 'The arguments hold a secret or restricted data that was read, and the destination has no proof.',
      }),
    ),
    added: Type.Optional(
      Type.Boolean({ description: 'A link that only text supplied, with something added to it, is visited.' }),
    ),
    carries: Type.Optional(
      Type.Boolean({ description: 'The payload holds words that were read, and the destination has no proof.' }),
    ),
    unasked: Type.Optional(
      count('How many things an irreversible act names that the agent did not make and nobody asked for.'),
    ),
    beyond: Type.Optional(Type.Boolean({ description: 'The request orders nothing, or no act of this kind.' })),
    asked: Type.Optional(
      Type.Boolean({ description: 'The request uses the verb or half of the words of the tool’s name.' }),
    ),
    untrusted: Type.Optional(
      Type.Union([Type.Literal('identifier'), Type.Literal('value')], {
        description:
          'Only running text that was read supplied an address, link, account or other identifier, or another value.',
      }),
    ),
    named: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Share of the tool’s name that one paragraph read before holds, for a tool that the request does not ask for.',
      }),
    ),
    identifies: Type.Optional(Type.Boolean({ description: 'The arguments hold an identifier or destination.' })),
    fromRead: Type.Optional(
      Type.Boolean({ description: 'Some argument came from what was read, not from the request.' }),
    ),
    read: Type.Optional(digests('Values of the arguments that systems returned as fields.')),
    prose: Type.Optional(digests('Values of the arguments that stood only in running text.')),
    used: Type.Optional(digests('Values of the arguments that the request named or the agent made up.')),
  },
  { description: 'Where the arguments came from.' },
)

const keyed = (maxItems: number, description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems, description })

/** By what agents of one trace are joined across machines. Digests under the tenant’s secret, so that readers of events can test no guess. */
export const Keyed = Type.Object(
  {
    aims: Type.Optional(
      Type.Array(keyed(4, 'One of them: it itself, its space, its site.'), {
        maxItems: 32,
        description: 'Where an attempt leads, as far as the request alone accounts for it or nothing does.',
      }),
    ),
    written: Type.Optional(keyed(256, 'What texts of others named without proof that the task read before.')),
    spoken: Type.Optional(keyed(256, 'The same of what stood only where a text speaks to the model.')),
    named: Type.Optional(keyed(64, 'What the task’s own requests named; there with its first event in a trace.')),
    hands: Type.Optional(
      Type.Boolean({
        description: 'Beside `named`: the request hands over to what is read, or asks to answer somebody.',
      }),
    ),
    cut: Type.Optional(count('How many of these did not fit.')),
  },
  { description: 'By what agents of one trace are joined: keyed digests.' },
)

/** How a tool’s definition differs from the one that was pinned. */
export const Drift = Type.Object(
  {
    kind: Type.Union([Type.Literal('changed'), Type.Literal('shadowed'), Type.Literal('orders')], {
      description: 'Changed since it was pinned, offered by another server too, or its text orders the model about.',
    }),
    holds: Type.Boolean({
      description: 'It adds a destination, command or secret, or an order: calls wait for a person. Else it is a note.',
    }),
    because: text(512, 'The difference in words. Hostile names: show it as text only.'),
  },
  { description: 'How the tool’s definition differs from the one that was pinned.' },
)

/** One observed act. Unknown extra fields are kept; wrong types go to dead letters naming the field. */
export const AgentEvent = Type.Object(
  {
    id: id('Unique within the tenant; a redelivery carries the same id.'),
    time: millis('When the act happened.'),
    kind: Kind,
    tenant: Type.String({ minLength: 1, maxLength: 128, pattern: '^[^/]+$', default: 'default' }),
    agent: Type.Object({
      id: id('The acting workload, as the enforcement point knows it.'),
      cohort: Type.Optional(id('Agents that do the same job; a new agent backs off to its cohort.')),
      workload: Type.Optional(id('Workload identity, for example spiffe://trust-domain/path.')),
    }),
    principal: Type.Optional(id('On whose behalf the agent acts.')),
    chain: Type.Optional(
      Type.Array(Type.Object({ id: id('A delegate.'), kind: Type.Optional(text(64, 'human, agent, service')) }), {
        maxItems: 32,
        description: 'Delegation, outermost first: human, agent, sub-agent.',
      }),
    ),
    session: Type.Optional(id('The session that carries the task.')),
    task: Type.Optional(
      Type.Object({
        id: id('The unit of work.'),
        intent: Type.Optional(text(4096, 'What the agent was asked to do, or a digest of it.')),
        scope: Type.Optional(id('Id of the declared scope.')),
        status: Type.Optional(
          Type.Union([Type.Literal('completed'), Type.Literal('failed'), Type.Literal('cancelled')]),
        ),
      }),
    ),
    trace: Type.Optional(
      Type.Object({
        id: id('W3C trace id.'),
        span: Type.Optional(id('Span id.')),
        parent: Type.Optional(id('Parent span.')),
      }),
    ),
    call: Type.Optional(id('Joins an attempt with its outcome.')),
    attempted: Type.Optional(
      Type.Boolean({ description: 'On an outcome: its attempt was reported too, so the act is not counted twice.' }),
    ),
    credential: Type.Optional(
      Type.Object({
        id: id('Hash, jti or key id; never the value.'),
        scopes: Type.Optional(Type.Array(text(256, 'OAuth scope.'), { maxItems: 256 })),
        issued: Type.Optional(millis('When it was issued.')),
        expires: Type.Optional(millis('When it expires.')),
      }),
    ),
    tool: Type.Optional(
      Type.Object({
        server: Type.Optional(id('Server or system.')),
        name: id('Tool or operation.'),
        drift: Type.Optional(Drift),
      }),
    ),
    action: Type.Optional(ActionClass),
    resource: Type.Optional(
      Type.Object({
        id: Type.Optional(id('What was touched.')),
        dataset: Type.Optional(id('The collection it belongs to.')),
        sensitivity: Type.Optional(Sensitivity),
      }),
    ),
    destinations: Type.Optional(Type.Array(Destination, { maxItems: 64 })),
    arguments: Type.Optional(
      Type.Object({
        digest: Type.Optional(id('HMAC or SHA-256 over the canonical arguments (RFC 8785).')),
        bytes: Type.Optional(count('Size of the arguments.')),
        items: Type.Optional(
          count(
            'How many resources the arguments name; of what is destroyed as asked, those that the agent did not make.',
          ),
        ),
        shown: Type.Optional(
          text(
            1024,
            'Of an act that was held: the arguments for people, shortened, without credentials. Hostile text.',
          ),
        ),
        fromOutputs: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 1,
            description: 'Share of the argument text first seen in tool outputs.',
          }),
        ),
      }),
    ),
    provenance: Type.Optional(Provenance),
    keyed: Type.Optional(Keyed),
    result: Type.Optional(
      Type.Object({
        bytes: Type.Optional(count('Size of the result.')),
        records: Type.Optional(count('Records in the result.')),
      }),
    ),
    source: Type.Optional(
      Type.Object({
        ip: Type.Optional(text(64, 'Address.')),
        network: Type.Optional(text(128, 'Network, ASN or region.')),
        workload: Type.Optional(text(512, 'Path of the workload.')),
        step: Type.Optional(text(256, 'Pipeline step.')),
      }),
    ),
    environment: Type.Optional(id('production, staging, sandbox, …')),
    outcome: Type.Optional(Outcome),
    sanitised: Type.Optional(
      Type.Object(
        {
          count: count('How many values.'),
          fields: Type.Optional(Type.Array(text(128, 'Path or rule.'), { maxItems: 32 })),
          withheld: Type.Optional(Type.Boolean({ description: 'It could not be taken out, so nothing was shown.' })),
        },
        { description: 'What was taken out of the arguments or the answer: how much and where, never what.' },
      ),
    ),
    decision: Type.Optional(id('Id of the policy decision that was taken.')),
    approval: Type.Optional(id('Reference of an approval.')),
    point: Type.Optional(
      Type.Object({
        id: id('The reporting enforcement point.'),
        seq: Type.Optional(count('Its own sequence number.')),
      }),
    ),
  },
  { $id: 'https://rescind.dev/schemas/event.json', title: 'AgentEvent', description: 'One observed act of an agent.' },
)

export type AgentEvent = Static<typeof AgentEvent>
export type Destination = Static<typeof Destination>
export type Drift = Static<typeof Drift>
export type Provenance = Static<typeof Provenance>
export type Keyed = Static<typeof Keyed>
export type FirstSeen = Static<typeof FirstSeen>
export type Kind = Static<typeof Kind>
export type ActionClass = Static<typeof ActionClass>
export type Sensitivity = Static<typeof Sensitivity>
export type Outcome = Static<typeof Outcome>
