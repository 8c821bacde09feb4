/**
 * Bounds of one task’s memory. Text, words and secrets beyond them are dropped, counted in `evictions` and mark the memory as
 * cut. Readings beyond `bytes` are read again from the journal where there is one; else they are dropped, counted and mark it
 * likewise. Names beyond `tools`, and what was made before the last `made` things, are dropped and mark nothing: a tool that is
 * not known makes no text suspicious, and what is not known as its own is asked about.
 */
export const memoryLimits = {
  /** Characters of one text that are read, UTF-16 units. */
  characters: 2_097_152,
  /** Words of the readings of one message that are kept, of the server’s own and of others’ each. */
  outputWords: 262_144,
  /** Bytes that the digests of all readings take in memory, with the views that hold them; the oldest goes first. Nothing else of a task counts here. */
  bytes: 163_840,
  /** Different words of all requests of one task; as many hosts that it visited, and values that it made up. */
  requestWords: 4096,
  /** Digests of parts of secrets, of one task. */
  secrets: 4096,
  /** Digests of paths that hold what is not the agent’s own to run. */
  brought: 4096,
  /** Things that the agent made, in all its tasks; the oldest goes first. */
  made: 50_000,
  /** Values of others’ texts that the agent handed on, in all its tasks; the oldest goes first. */
  relayed: 50_000,
  /** Names of tools and of what they take. */
  tools: 4096,
} as const
