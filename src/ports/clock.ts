/** The only source of time outside the log. Only src/runtime/wall-clock.ts reads the machine's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `tick` every `ms` until the returned function is called. Does not keep the process alive. */
  every(ms: number, tick: () => void): () => void
}
