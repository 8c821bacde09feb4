/** Where a model gets to read something. */
export type ReadingKind =
  | 'text'
  | 'structured'
  | 'resource'
  | 'prompt'
  | 'tool'
  | 'instructions'
  | 'error'
  | 'log'
  | 'progress'
  | 'completion'
  | 'elicitation'
  | 'sampling'
  | 'meta'

/** One piece of what a model may read: running text, or a value that the answer is structured as. */
export interface Reading {
  kind: ReadingKind
  text?: string
  /** `structuredContent`: the answer as a whole is this value, and its fields are the system's own. */
  value?: unknown
  /** Of a list of tools, or instructions: the server that says it, as it calls itself. */
  server?: string
  /** Last of its list, without text: a bound cut what comes after it. */
  cut?: true
}
