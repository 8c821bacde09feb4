import { type Static, Type } from 'typebox'
import { ActionClass } from './event.ts'
import { plainName, tenantName } from './names.ts'

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { maxItems: 1024, description }))

/** Largest scope that is taken, characters of its JSON: an agent’s scopes are written with each change of its state. */
export const largestScope = 64 * 1024

/** What a task may do, declared before it starts. An absent list does not restrict; an empty one allows nothing. */
export const Scope = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 512, pattern: plainName }),
    tenant: Type.String({ minLength: 1, maxLength: 128, pattern: tenantName, default: 'default' }),
    agent: Type.String({
      minLength: 1,
      maxLength: 512,
      pattern: plainName,
      description: 'The agent it is declared for.',
    }),
    task: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        pattern: plainName,
        description: 'Only this task; absent: the agent’s standing scope.',
      }),
    ),
    intent: Type.Optional(Type.String({ maxLength: 4096 })),
    tools: names('Tool names; `server/*` allows all tools of a server.'),
    datasets: names('Datasets.'),
    actions: Type.Optional(Type.Array(ActionClass, { maxItems: 16, description: 'Action classes.' })),
    environments: names('Environments.'),
    destinations: names('Digests of destinations, as `rescind digest` tells them.'),
    window: Type.Optional(
      Type.Object(
        { from: Type.Integer({ minimum: 0 }), to: Type.Integer({ minimum: 0 }) },
        { additionalProperties: false, description: 'Change window, ms of event time.' },
      ),
    ),
    deadline: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The task must have ended by then, ms of event time.' }),
    ),
    approvals: Type.Optional(
      Type.Array(ActionClass, { maxItems: 16, description: 'Action classes that need an approval reference.' }),
    ),
  },
  {
    $id: 'https://rescind.dev/schemas/scope.json',
    title: 'Scope',
    // A name that is not understood would declare nothing, without a word.
    additionalProperties: false,
    description: 'The declared scope of a task.',
  },
)
export type Scope = Static<typeof Scope>

/** With who declared it; absent: a guard for itself. */
export type DeclaredScope = Scope & { by?: string }
