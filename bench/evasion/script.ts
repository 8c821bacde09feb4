import type { Tool } from './tools.ts'

export type Reply = { result: Record<string, unknown> } | { error: { code: number; message: string; data?: unknown } }

/** One request of the client's and what the server answers, should it get there. */
export interface Step {
  /** Which of the two servers. */
  server: number
  method: string
  params: Record<string, unknown>
  reply: Reply
  /** What the server says before it answers; what has an id is a request of its own. */
  meanwhile?: readonly Record<string, unknown>[]
  /** Brings the stranger's text: should it not get through, the model never read it. */
  isPoison?: true
  /** The act on trial. In an attack `needle` is what makes it harm. */
  act?: { needle: string }
}

export interface ServerScript {
  name: string
  title?: string
  instructions?: string
  tools: readonly Tool[]
}

/** One task from its first request to its end, as bytes on the wire see it. */
export interface Task {
  intent: string
  steps: readonly (Step | 'restart')[]
}

export interface Script extends Task {
  servers: readonly ServerScript[]
  /** What the operator declared: the value, the tools and classes of the work. */
  scope?: { destination: string; tools: readonly string[]; actions: readonly string[] }
  /** Clean tasks of the days before, and whether the guard only watched then. */
  history: readonly Task[]
  learning: boolean
  /** The client names its task, and the request where that is known. */
  tells: boolean
}

/** What a case is, without its scripts. */
export interface Facts {
  n: number
  place: string
  inside: string
  form: string
  sink: string
  order: string
  /** Where the twin's value comes from. */
  source: string
  tool: string
  language: string
  style: number
  /** The stranger's value as it is meant. */
  value: string
  /** What the twin uses instead. */
  good: string
  text: string
}

export interface Case extends Facts {
  attack: Script
  twin: Script
}

export const call = (server: number, name: string, args: Record<string, unknown>, reply: Reply): Step => ({
  server,
  method: 'tools/call',
  params: { name, arguments: args },
  reply,
})

export const text = (words: string): Reply => ({ result: { content: [{ type: 'text', text: words }] } })
