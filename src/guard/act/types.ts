import type { ActionClass } from '../../model/event.ts'
import type { Sink } from '../../model/sink.ts'

export type { Sink } from '../../model/sink.ts'

/**
 * What an argument is for. `destination`: where something goes (mailbox, URL, account, person, channel, host); `selector`: which thing
 * is touched (path, id, name, key); `command`: what is run (shell, SQL, code, package to install); `payload`: content that travels
 * or is stored; `control`: flags, counts, dates, formats, pages.
 */
export type Role = 'destination' | 'selector' | 'command' | 'payload' | 'control'

/** One value of the arguments, or one found inside a command, SQL or URL. */
export interface Part {
  role: Role
  /** JSON path into the arguments, `to[0].email`; a part found inside another one has its path and what it is: `command#host`. */
  path: string
  /** Name of the innermost property, for words and hints. */
  name: string
  text: string
  /** Where it can be told: mailbox, url, host, path, account, phone, person, channel, repository, package, program, table, id. */
  kind?: string
  /** The whole path of what its text names relative to where the act is. */
  whole?: string
  /** In an act that destroys, none of what goes: `place`, where that lies; `beside`, what another command of the line works on. */
  spared?: 'place' | 'beside'
  /** The same line made it before, where nothing of that name was read. */
  isOfLine?: true
  /** Under the roots, by a name that builds give to what they make, and people to other things. */
  isBuilt?: true
}

/** What one call does. */
export interface Act {
  sink: Sink
  /** Follows from the sink. */
  action: ActionClass
  parts: readonly Part[]
  /** How many things it names that it destroys or sends to, at least 1 for such acts. */
  items: number
  /** Nothing says what it does: neither its tool nor its arguments. */
  unclear?: true
  /** It may leave something new behind, that its arguments name. */
  makes?: true
  /** Words of the name of a tool that is known to make something: its answer may say what that is called. */
  maker?: readonly string[]
  /** Names that the content of a command says to create. */
  made?: readonly string[]
  /** Paths that a command is told to write to, as they are written and whole: its own, where nothing of that name was read. */
  leaves?: readonly string[]
  /** By its name it opens, reads or clicks: a host that it names is gone to, and set nowhere. */
  opens?: true
  /** It tells the places that it only visits more than where they are: a login, a statement, arguments of a program. */
  adds?: true
  /** Whole paths of files, and of folders, which end in a slash: what it brings from elsewhere, runs, reads and writes. */
  brings?: readonly string[]
  runs?: readonly string[]
  reads?: readonly string[]
  writes?: readonly string[]
  /** The arguments hold more than was looked at: what is not among the parts is unseen. */
  cut?: true
  /** Why this sink, in words, for `--explain-tools` and refusals. */
  because: string
}

/** A tool as its server describes it: untrusted, it may raise what the name says, never lower it. */
export interface ToolDescription {
  name: string
  server?: string
  title?: string
  description?: string
  inputSchema?: unknown
  annotations?: Readonly<Record<string, unknown>>
}
