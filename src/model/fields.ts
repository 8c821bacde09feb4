import type { AgentEvent } from './event.ts'

type Inner<T> = T extends readonly (infer Item)[] ? Item : T
type PathsOf<T> = {
  [Name in keyof T & string]:
    | Name
    | (Inner<NonNullable<T[Name]>> extends infer Part extends object ? `${Name}.${keyof Part & string}` : never)
}[keyof T & string]

/** A field of an event by its path. */
export type EventPath = PathsOf<AgentEvent>

/**
 * Fields that a detector may need of an agent’s events. The place in this table is the bit that is kept of each agent: new ones
 * go to the end, 30 at most.
 */
export const fields = {
  task: (event) => event.task,
  session: (event) => event.session,
  principal: (event) => event.principal,
  chain: (event) => event.chain,
  trace: (event) => event.trace,
  call: (event) => event.call,
  credential: (event) => event.credential,
  'credential.scopes': (event) => event.credential?.scopes,
  'credential.expires': (event) => event.credential?.expires,
  tool: (event) => event.tool,
  action: (event) => event.action,
  'resource.id': (event) => event.resource?.id,
  'resource.dataset': (event) => event.resource?.dataset,
  'resource.sensitivity': (event) => event.resource?.sensitivity,
  destinations: (event) => event.destinations,
  'destinations.seen': (event) => event.destinations?.find(({ seen }) => seen !== undefined),
  'destinations.boundary': (event) => event.destinations?.find(({ boundary }) => boundary !== undefined),
  'arguments.items': (event) => event.arguments?.items,
  provenance: (event) => event.provenance,
  'provenance.sink': (event) => event.provenance?.sink,
  keyed: (event) => event.keyed,
  'result.bytes': (event) => event.result?.bytes,
  'result.records': (event) => event.result?.records,
  'source.network': (event) => event.source?.network ?? event.source?.ip,
  'source.workload': (event) => event.source?.workload,
  'source.step': (event) => event.source?.step,
  environment: (event) => event.environment,
  outcome: (event) => event.outcome,
  'point.seq': (event) => event.point?.seq,
} as const satisfies { readonly [Path in EventPath]?: (event: AgentEvent) => unknown }

export type Field = keyof typeof fields

export const fieldNames = Object.keys(fields) as readonly Field[]
const looks: readonly ((event: AgentEvent) => unknown)[] = Object.values(fields)
const all = 2 ** looks.length - 1

/** The fields seen so far and those that this event holds, as bits. */
export function seenFields(before: number, event: AgentEvent): number {
  if (before === all) return before
  let seen = before
  for (let i = 0; i < looks.length; i++)
    // What was seen once is not looked for again: this runs for every event.
    if ((seen & (1 << i)) === 0 && looks[i]?.(event) !== undefined) seen |= 1 << i
  return seen
}

export const isSeen = (seen: number, field: Field): boolean => (seen & (1 << fieldNames.indexOf(field))) !== 0
