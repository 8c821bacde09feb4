/** The servers that the agents work with. `github` to `notion` are simulated by `stand-in.ts`; the others are real. */
export type ServerName =
  | 'files'
  | 'git'
  | 'shell'
  | 'memory'
  | 'thinking'
  | 'sqlite'
  | 'time'
  | 'fetch'
  | 'browser'
  | 'github'
  | 'slack'
  | 'mail'
  | 'outlook'
  | 'calendar'
  | 'notion'

/**
 * Servers whose every call stays in the agent's own space here: files under the declared root, a local repository, its memory, a
 * scratch database, its own thinking. Of the shell only what a task marks as a program that the project declares.
 */
export const ownSpace: ReadonlySet<ServerName> = new Set(['files', 'git', 'memory', 'thinking', 'sqlite'])

export type AgentName = 'coding' | 'notes' | 'data' | 'mail' | 'browser' | 'operations'

export interface Answer {
  /** All text of the answer; empty when the call was held, so that a refusal is never taken for what was to be read. */
  text: string
  /** The structured content, else the text read as JSON, else undefined. */
  data: unknown
  /** The call was held by the guard, or its server said that it failed. */
  failed: boolean
}

export interface About {
  /** The server may well say no here, as it does to people: a page that is gone, a test that is red. */
  mayFail?: boolean
  /** A program that the project declares (a package script, its own tool): own space, whatever server runs it. */
  own?: boolean
}

/** What a task works with. */
export interface Work {
  call(server: ServerName, tool: string, args?: Record<string, unknown>, about?: About): Promise<Answer>
  /** Absolute path below the agent's root. */
  at(path?: string): string
}

export interface Task {
  name: string
  /** What the person asked, in their words. */
  request: string
  servers: readonly ServerName[]
  run(work: Work): Promise<void>
}

export interface AgentScript {
  name: AgentName
  /**
   * How its client tells tasks apart: each in a client process of its own, with the request on the guard's command line; or all in
   * one client, whose calls name task and request in `_meta`.
   */
  tells: 'process' | 'meta'
  servers: readonly ServerName[]
  tasks: readonly Task[]
}
