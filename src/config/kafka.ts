import { Type } from 'typebox'
import { tenantName } from '../model/names.ts'
import { group, text, whole } from './fields.ts'

/** How a cluster is reached, for our own and for those of sources. */
const security = {
  tls: Type.Boolean({ default: false, description: 'Encrypt the connection.' }),
  caFile: Type.Optional(text('Certificate authorities, PEM. Absent: the system’s.')),
  certFile: Type.Optional(text('Our certificate, PEM.')),
  keyFile: Type.Optional(text('Its key, PEM.')),
  saslMechanism: Type.Optional(
    Type.Union([Type.Literal('plain'), Type.Literal('scram-sha-256'), Type.Literal('scram-sha-512')], {
      description: 'How we prove who we are, with username and password.',
    }),
  ),
  username: Type.Optional(text('User of the cluster.')),
  password: Type.Optional(Type.String({ maxLength: 4096, description: 'Password of the cluster.' })),
}

/** The cluster that is our log. */
export const Kafka = group(
  {
    brokers: Type.Array(Type.String({ minLength: 1, maxLength: 260 }), {
      default: [],
      description: 'Bootstrap addresses, host:port. Empty: the embedded log.',
    }),
    clientId: Type.String({
      minLength: 1,
      maxLength: 200,
      default: 'rescind',
      description: 'Our name to brokers.',
    }),
    prefix: Type.String({
      pattern: '^[a-zA-Z0-9._-]{0,100}$',
      default: 'rescind.',
      description: 'Before every topic and group of ours.',
    }),
    group: Type.String({
      pattern: '^[a-zA-Z0-9._-]{1,100}$',
      default: 'rescind',
      description: 'Consumer group of all instances that share the work.',
    }),
    partitions: whole(12, 1, 1024, 'Partitions by agent, trace and credential; by cohort and tenant a quarter of it.'),
    replication: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 32, description: 'Copies of each partition. Absent: the cluster’s.' }),
    ),
    compression: Type.Union([Type.Literal('none'), Type.Literal('gzip'), Type.Literal('snappy'), Type.Literal('lz4')], {
      default: 'none',
      description: 'Of what we produce; all are read.',
    }),
    sessionMs: whole(2000, 1000, 300_000, 'An instance not heard of for this long has lost its partitions, ms.'),
    flushMs: whole(2000, 10, 60_000, 'How often a partition’s changed state is written, ms.'),
    ...security,
  },
  'Apache Kafka as the log: many instances share the work.',
)

/** Topics on which others publish. */
export const Source = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-zA-Z0-9._-]{1,100}$',
      description:
        'Stands for its cluster and topics for good: with the offset it names a record. Another cluster, another name.',
    }),
    brokers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 260 }), {
        minItems: 1,
        description: 'Bootstrap addresses, host:port. Absent: the cluster of `kafka`, as it is reached there.',
      }),
    ),
    ...security,
    topics: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-zA-Z0-9._-]{1,249}$' }), {
        minItems: 1,
        maxItems: 1000,
        description: 'Topics by name. One that is not there yet is read from its first record when it comes.',
      }),
    ),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description: 'Instead of names: a regular expression for the whole name. Topics that come later are picked up.',
      }),
    ),
    format: Type.Union(
      [Type.Literal('auto'), Type.Literal('json'), Type.Literal('cloudevents'), Type.Literal('otlp')],
      { default: 'auto', description: 'What the records are; auto looks at each.' },
    ),
    from: Type.String({
      default: 'latest',
      maxLength: 64,
      description: 'Where a group without offsets begins: earliest, latest, or a time such as 2026-11-21T08:00:00Z.',
    }),
    offsets: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer({ minimum: 0 })), {
        description: 'Where a group without offsets begins, by topic and partition; what is not named here, by `from`.',
      }),
    ),
    tenant: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        pattern: tenantName,
        description:
          'Whose events these are, whatever they say. Absent: `tenant` of the monitor, else the records say it.',
      }),
    ),
    owner: Type.Boolean({
      default: true,
      description: 'It speaks for the agents that it names. false: for none, like a key without a binding.',
    }),
    group: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z0-9._-]{1,249}$',
        description: 'Consumer group, as the cluster sees it. Absent: <kafka.prefix><kafka.group>-source-<name>.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Topics of others.' },
)
