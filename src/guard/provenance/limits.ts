/** Bounds of one task’s memory. What goes over is dropped, counted in `evictions`, and marks the memory as cut. */
export const memoryLimits = {
  /** Characters of one text that are read. */
  characters: 2_097_152,
  /** Words of one text that are kept. */
  outputWords: 262_144,
  /** Bytes of all readings in memory; the oldest goes first. */
  bytes: 163_840,
  /** Different words of all requests of one task. */
  requestWords: 4096,
  /** Digests of secrets of one task. */
  secrets: 4096,
  /** Digests of paths that hold what is not the agent’s own to run. */
  brought: 4096,
  /** Things that the agent made. */
  made: 100_000,
  /** Names of tools and of what they take. */
  tools: 4096,
} as const
