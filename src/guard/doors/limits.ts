/** Bounds of what comes in from either side; docs/operate.md has the same. Past them whoever waits gets an error. */

/** Longest message, bytes. */
export const maxMessage = 64 * 2 ** 20
/** Deepest nesting of a message. No protocol comes near it, and what walks a message may do so by calling itself. */
export const maxDepth = 256
/** Most messages of one batch. */
export const maxBatch = 1000
/** Most requests of one side that wait for an answer. */
export const maxOpen = 10_000
/** Most bytes that wait for a reader who does not read. */
export const maxQueued = 32 * 2 ** 20
