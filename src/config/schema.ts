import { type Static, Type } from 'typebox'
import { byLaneKey, keys } from '../model/keys.ts'
import { tenantName } from '../model/names.ts'
import { group, text, whole } from './fields.ts'
import { Kafka, Source } from './kafka.ts'

const days = (value: number, description: string) =>
  Type.Number({ default: value, exclusiveMinimum: 0, maximum: 36_500, description: `${description}, days.` })

/** ClickHouse’s DateTime ends in 2106: beyond it a time to live comes out in the past, and rows would go at once. */
const kept = (value: number) => whole(value, 1, 20_000, 'Days.')

/** How one process runs; when to act and how hard is the policy’s business. Every value has a default. */
export const Config = Type.Object(
  {
    data: Type.String({ minLength: 1, default: './.rescind', description: 'Directory of the log, keys and history.' }),
    tenant: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        pattern: tenantName,
        description: 'Everything handed in is of this tenant. Absent: records and tokens say it.',
      }),
    ),
    http: group(
      {
        host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address to listen on.' }),
        port: whole(7077, 0, 65_535, 'Port; 0 takes a free one.'),
        advertise: Type.Optional(
          Type.String({
            pattern: '^https?://[^/?#]+/?$',
            description: 'Where other instances on the same Kafka reach this one. Absent: host and port, on loopback.',
          }),
        ),
        hosts: Type.Array(Type.String({ minLength: 1 }), {
          default: [],
          description: 'Further names accepted in the Host header on loopback.',
        }),
        trustProxy: Type.Boolean({ default: false, description: 'Take the client address from X-Forwarded-For.' }),
        bodyBytes: whole(16 * 1024 * 1024, 1024, 512 * 1024 * 1024, 'Largest request body, after decompression.'),
        bodyBytesPerCaller: whole(
          64 * 1024 * 1024,
          1024,
          64 * 1024 * 1024 * 1024,
          'Most bytes of request bodies of one caller in hand; of one tenant twice as many.',
        ),
        bodyLines: whole(10_000, 1, 1_000_000, 'Most lines in one NDJSON body.'),
        rate: whole(2000, 1, 10_000_000, 'Requests per second and caller.'),
        anonymousRate: whole(200, 1, 10_000_000, 'Requests per second and address without a valid token.'),
        connections: whole(
          5000,
          1,
          1_000_000,
          'Most open connections; half of them of one caller. Beyond it the oldest that showed no valid token are closed.',
        ),
        reads: whole(64, 1, 1_000_000, 'Questions of one caller that may wait for their turn.'),
        streams: whole(2000, 1, 1_000_000, 'Most open decision streams, long polls included.'),
        streamsPerTenant: whole(1000, 1, 1_000_000, 'Most open decision streams of one tenant.'),
        streamsPerCaller: whole(700, 1, 1_000_000, 'Most open decision streams of one caller.'),
        streamsPerPoint: whole(64, 1, 1_000_000, 'Most open decision streams of one point, by its name.'),
        streamBytes: whole(16 * 1024 * 1024, 1024, 1024 * 1024 * 1024, 'Most bytes that wait for one slow reader.'),
        beatMs: whole(10_000, 10, 60_000, 'How often an idle decision stream shows that it lives, ms.'),
      },
      'The HTTP interface.',
    ),
    auth: group(
      {
        issuer: Type.Optional(
          Type.String({ pattern: '^https?://', description: 'OpenID Connect issuer of bearer tokens.' }),
        ),
        audience: Type.Optional(text('What the tokens must be meant for; needed with an issuer.')),
        jwksUri: Type.Optional(
          Type.String({ pattern: '^https?://', description: 'Where the issuer’s keys are. Absent: discovered.' }),
        ),
        tenantClaim: Type.String({
          minLength: 1,
          default: 'rescind_tenant',
          description:
            'Claim of a token that names its only tenant, by its name or by a path with dots. A token without it is for no tenant.',
        }),
        everyTenant: Type.Boolean({
          default: false,
          description: 'Tokens of this issuer without the claim of a tenant are for all tenants.',
        }),
        scopesClaim: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'Claim with the scopes, as a list or in one text; `roles` at Entra. Absent: scope, else scp.',
          }),
        ),
        speaksClaim: Type.String({
          minLength: 1,
          default: 'rescind_speaks',
          description: 'Claim with what a token may speak for: lists of patterns under agents, points, cohorts.',
        }),
        requireAtJwt: Type.Boolean({
          default: false,
          description: 'Take only tokens whose header says at+jwt (RFC 9068), where the issuer sets it.',
        }),
        localKey: Type.Boolean({
          default: true,
          description: 'Accept the key in <data>/rescind.key, from this machine only.',
        }),
        keysFile: Type.Optional(
          text(
            'Keys that are accepted from anywhere, as digests, a line each; read again when it changes. `rescind keys` writes it.',
          ),
        ),
      },
      'Who may call.',
    ),
    history: group(
      {
        enabled: Type.Boolean({ default: true, description: 'Keep a history to look back at.' }),
        url: Type.Optional(
          Type.String({ pattern: '^https?://', description: 'ClickHouse over HTTP. Absent: the embedded engine.' }),
        ),
        username: Type.Optional(text('User of the history store.')),
        password: Type.Optional(Type.String({ maxLength: 4096, description: 'Password of the history store.' })),
        database: Type.String({ pattern: '^\\w+$', default: 'rescind', description: 'Database in the history store.' }),
        cluster: Type.Optional(
          Type.String({
            pattern: '^([\\w.-]+|\\{\\w+\\})$',
            description: 'Cluster of the ClickHouse servers: tables are replicated over its hosts. Absent: one server.',
          }),
        ),
        migrate: Type.Boolean({
          default: true,
          description: 'Bring the schema up to date at start. false: another user does it, and this one need not.',
        }),
        retentionDays: group(
          {
            events: kept(90),
            findings: kept(400),
            commands: kept(400),
            receipts: kept(400),
            reviews: kept(400),
            dead_letters: kept(30),
          },
          'How long each table keeps a record after the log took it.',
        ),
      },
      'Where records go to be looked at.',
    ),
    keys: Type.Optional(
      text(
        'Directory of the signing keys; the same for all instances that share the work. Absent: the data directory.',
      ),
    ),
    kafka: Kafka,
    sources: Type.Array(Source, {
      default: [],
      maxItems: 100,
      description: 'Topics of Apache Kafka on which others publish events, with any log; in the file only.',
    }),
    channels: Type.Record(
      Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
      Type.Record(Type.String(), Type.Unknown()),
      {
        default: {},
        description: 'Who else is told of commands: the options of each channel, by its id; in the file only.',
      },
    ),
    memory: group(
      {
        agents: whole(
          1_000_000,
          1,
          100_000_000,
          'Agents kept in memory; the quiet ones go to <data>/cold and come back.',
        ),
      },
      'Bounds of what is held in memory.',
    ),
    policy: Type.Optional(text('Policy file, YAML; read again when it changes. Absent: the defaults.')),
    log: group(
      {
        inboxDays: days(7, 'How long events are kept'),
        outputDays: days(90, 'How long findings, commands, receipts and dead letters are kept'),
      },
      'The durable log.',
    ),
    partitions: group(
      {
        agent: whole(4, 1, 1024, 'By agent.'),
        ...byLaneKey((key) => whole(keys[key].lane.partitions, 1, 1024, `By ${key}.`)),
        cohort: whole(1, 1, 1024, 'By cohort.'),
        tenant: whole(1, 1, 1024, 'By tenant.'),
      },
      'Partitions of each lane; they may grow and never shrink.',
    ),
    logging: group(
      {
        level: Type.Union(
          [
            Type.Literal('trace'),
            Type.Literal('debug'),
            Type.Literal('info'),
            Type.Literal('warn'),
            Type.Literal('error'),
            Type.Literal('fatal'),
            Type.Literal('silent'),
          ],
          { default: 'info', description: 'How much is told on standard error.' },
        ),
      },
      'What the process says of itself.',
    ),
  },
  {
    $id: 'https://rescind.dev/schemas/config.json',
    title: 'Config',
    additionalProperties: false,
    default: {},
    description: 'How one monitor process runs.',
  },
)
export type Config = Static<typeof Config>

/** A configuration with holes, as a file or the command line gives it. */
export type Given<T> = {
  [K in keyof T]?: T[K] extends readonly unknown[] ? T[K] : T[K] extends object ? Given<T[K]> : T[K]
}
