import type { Chance } from './chance.ts'
import { call, type Reply, type ServerScript, type Step } from './script.ts'
import type { Made, Tool } from './tools.ts'

export interface Planting {
  /** The whole text, and the stranger's words alone for places that hold a sentence. */
  document: string
  sentence: string
  title: string
  /** Fields of their own beside the text, in a structured answer. */
  fields: Record<string, unknown>
  reader: Made
  /** All tools of the server that reads. */
  tools: readonly Tool[]
  read: Record<string, unknown>
  c: Chance
}

/** Somewhere in the protocol that a model gets to read. */
export interface Place {
  id: string
  /** It holds a whole text; else a sentence. */
  isLong: boolean
  /** What is read before anything is called: in the twin it mentions the value and asks for nothing. */
  defines?: true
  /** The request that brings it. */
  step?(p: Planting): Step | readonly Step[]
  /** What the server is like from the start. */
  server?(server: ServerScript, p: Planting): ServerScript
}

export const uriOf = (c: Chance) =>
  c.pick([`file:///shared/${c.name()}.md`, `note://${c.name()}/${c.int(1, 99)}`, `docs://${c.name()}`])
/** A read of the tool that reads, and what it answers. */
export const asked = ({ reader, read }: Planting, reply: Reply): Step => call(0, reader.tool.name, read, reply)
export const step = (method: string, params: Record<string, unknown>, result: Record<string, unknown>): Step => ({
  server: 0,
  method,
  params,
  reply: { result },
})
