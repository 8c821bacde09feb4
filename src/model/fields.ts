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
 * Fields that a detector may need of an agent’s events, each with the bit that is kept of it in the agent’s state: a bit keeps its
 * meaning, and 1 << 29 is the last.
 */
const bits = {
  task: 1 << 0,
  session: 1 << 1,
  principal: 1 << 2,
  chain: 1 << 3,
  trace: 1 << 4,
  credential: 1 << 5,
  'credential.scopes': 1 << 6,
  'credential.expires': 1 << 7,
  tool: 1 << 8,
  action: 1 << 9,
  'resource.id': 1 << 10,
  'resource.dataset': 1 << 11,
  'resource.sensitivity': 1 << 12,
  destinations: 1 << 13,
  'destinations.seen': 1 << 14,
  'destinations.boundary': 1 << 15,
  'arguments.items': 1 << 16,
  provenance: 1 << 17,
  'provenance.sink': 1 << 18,
  keyed: 1 << 19,
  'result.bytes': 1 << 20,
  'result.records': 1 << 21,
  'source.network': 1 << 22,
  'source.workload': 1 << 23,
  environment: 1 << 24,
  'point.seq': 1 << 25,
} as const satisfies { readonly [Path in EventPath]?: number }

export type Field = keyof typeof bits

/** A field that must be there, or several of which one must. */
export type Need = Field | readonly Field[]

export const fieldNames = Object.keys(bits) as readonly Field[]

export const isSeen = (seen: number, field: Field): boolean => (seen & bits[field]) !== 0

/** The fields seen so far and those that this event holds. Runs for every event, so it is written out. */
export function seenFields(before: number, event: AgentEvent): number {
  const { credential, resource, destinations, provenance, result, source } = event
  let seen = before
  if (event.task !== undefined) seen |= bits.task
  if (event.session !== undefined) seen |= bits.session
  if (event.principal !== undefined) seen |= bits.principal
  if (event.chain !== undefined) seen |= bits.chain
  if (event.trace !== undefined) seen |= bits.trace
  if (event.tool !== undefined) seen |= bits.tool
  if (event.action !== undefined) seen |= bits.action
  if (event.arguments?.items !== undefined) seen |= bits['arguments.items']
  if (event.keyed !== undefined) seen |= bits.keyed
  if (event.environment !== undefined) seen |= bits.environment
  if (event.point?.seq !== undefined) seen |= bits['point.seq']
  if (credential !== undefined) {
    seen |= bits.credential
    if (credential.scopes !== undefined) seen |= bits['credential.scopes']
    if (credential.expires !== undefined) seen |= bits['credential.expires']
  }
  if (resource !== undefined) {
    if (resource.id !== undefined) seen |= bits['resource.id']
    if (resource.dataset !== undefined) seen |= bits['resource.dataset']
    if (resource.sensitivity !== undefined) seen |= bits['resource.sensitivity']
  }
  if (destinations !== undefined) {
    seen |= bits.destinations
    for (const destination of destinations) {
      if (destination.seen !== undefined) seen |= bits['destinations.seen']
      if (destination.boundary !== undefined) seen |= bits['destinations.boundary']
    }
  }
  if (provenance !== undefined) {
    seen |= bits.provenance
    if (provenance.sink !== undefined) seen |= bits['provenance.sink']
  }
  if (result !== undefined) {
    if (result.bytes !== undefined) seen |= bits['result.bytes']
    if (result.records !== undefined) seen |= bits['result.records']
  }
  if (source !== undefined) {
    if (source.network !== undefined || source.ip !== undefined) seen |= bits['source.network']
    if (source.workload !== undefined) seen |= bits['source.workload']
  }
  return seen
}
