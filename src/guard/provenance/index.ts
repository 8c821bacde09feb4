/**
 * Where the values of a call came from, worked out before the call runs (the idea and its measurements: bench/detection).
 * A value is trusted by where it stood, not by what it is: named by the principal, or a field that a system returned; not
 * by a sentence in something that was read.
 */

export type { Call, Carried, Examined } from './call.ts'
export { digestOf } from './digests/text.ts'
export { memoryLimits } from './limits.ts'
export type { MemoryJournal } from './memory-journal.ts'
export { TaskMemory, type TaskMemoryOptions } from './task-memory.ts'
