import { type Static, Type } from 'typebox'
import { ActionClass, Kind, Outcome, Sensitivity } from './act.ts'
import { Drift } from './drift.ts'
import { count, id, millis, text } from './field-shapes.ts'
import { Keyed } from './keyed.ts'
import { tenantName } from './names.ts'
import { Origin } from './origin.ts'
import { Destination, Provenance } from './provenance.ts'

export { ActionClass, Kind, Outcome, Sensitivity } from './act.ts'
export { Drift } from './drift.ts'
export { Keyed } from './keyed.ts'
export { Origin } from './origin.ts'
export { Destination, FirstSeen, Provenance } from './provenance.ts'

/** One observed act. Unknown extra fields are kept; wrong types go to dead letters naming the field. */
export const AgentEvent = Type.Object(
  {
    id: id('Unique within the tenant; a redelivery carries the same id.'),
    time: millis('When the act happened.'),
    kind: Kind,
    tenant: Type.String({ minLength: 1, maxLength: 128, pattern: tenantName, default: 'default' }),
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
    origin: Type.Optional(Origin),
  },
  { $id: 'https://rescind.dev/schemas/event.json', title: 'AgentEvent', description: 'One observed act of an agent.' },
)

export type AgentEvent = Static<typeof AgentEvent>
