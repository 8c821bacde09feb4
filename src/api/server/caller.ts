import { isBoundTo, mayName, type Speaks, type Spoken } from '../../model/speaks.ts'
import { refusal } from './problem.ts'

/** What a token lets its bearer do; `rescind.admin` lets everything. */
export const scopes = {
  'rescind.ingest': 'Hand in events and traces.',
  'rescind.declare': 'Declare the scope of agents and tasks.',
  'rescind.read': 'Look at agents, findings, commands and their explanation.',
  'rescind.respond': 'Approve, deny and release commands, order them by hand; judge findings.',
  'rescind.enforce': 'Follow decisions, answer with receipts, read what a guard needs.',
  'rescind.admin': 'Release the brake, and all of the above.',
} as const
export type Scope = keyof typeof scopes

export const isScope = (name: string): name is Scope => Object.hasOwn(scopes, name)
const allScopes: ReadonlySet<string> = new Set(Object.keys(scopes))

/** The scopes of these names; `rescind.admin` stands for all. */
export const granted = (names: readonly string[]): ReadonlySet<string> =>
  names.includes('rescind.admin') ? allScopes : new Set(names)

/** Who calls. */
export interface Caller {
  /** The publisher: the name behind a key or token, and not the key. `local`, `key:<name>` of the keys file, `token:<subject>`. */
  id: string
  local: boolean
  scopes: ReadonlySet<string>
  /** The only tenant of this caller; undefined: any. */
  tenant: string | undefined
  speaks: Speaks
  /** Whether its key or token is still accepted: a stream asks again and again. */
  holds(now: number): boolean
}

/** The key of this machine owns everything. */
export const localCaller = (tenant: string | undefined): Caller => ({
  id: 'local',
  local: true,
  scopes: allScopes,
  tenant,
  speaks: {},
  holds: () => true,
})

/** Whether the name is this caller’s by its binding; the local key is bound to everything. */
export const owns = (caller: Caller, kind: Spoken, name: string): boolean =>
  caller.local || isBoundTo(caller.speaks, kind, name)

const one: Readonly<Record<Spoken, string>> = { agents: 'agent', points: 'enforcement point', cohorts: 'cohort' }

/** Throws API_FORBIDDEN where the caller’s binding leaves the name to others. */
export function mustSpeakFor(caller: Caller, kind: Spoken, name: string, field: string): void {
  if (!caller.local && !mayName(caller.speaks, kind, name)) throw notIts(caller, kind, name, field)
}

export const notIts = ({ id }: Caller, kind: Spoken, name: string, field: string) =>
  refusal('API_FORBIDDEN', `${id} does not speak for the ${one[kind]} "${name.slice(0, 200)}".`, { field })
