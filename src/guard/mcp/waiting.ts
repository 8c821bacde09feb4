import type { Check } from '../core/types.ts'

/** The guard’s own time for a call, ms. */
export interface CallTime {
  /** What the call waits in the guard: from the request to its forwarding, and from the answer to its forwarding. */
  ms: number
  /**
   * That with both writes, and with what is read and learned from the answer after it has gone. On a machine that is short
   * of processors the kernel runs the reader that a write wakes in the writer’s place: then it holds the others’ time too.
   */
  busyMs: number
}

/** A request under way whose answer the guard reads. */
export type Waiting =
  | { kind: 'call'; method: string; check: Check; time: CallTime }
  | { kind: 'other'; method: string; task: string | undefined }

/** The task that its answer belongs to. */
export const taskOf = (waiting: Waiting): string | undefined =>
  waiting.kind === 'call' ? (waiting.check.event.task?.id ?? waiting.check.event.session) : waiting.task
