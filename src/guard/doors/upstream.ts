import type { Side } from './side.ts'

/** How a server went. */
export interface Parting {
  why: string
  /** The last that it said on its standard error. Its own words: whoever is told them has read them. */
  said?: string
  /** It was asked to end. */
  isAsked: boolean
}

/** The server behind the guard. */
export interface Upstream {
  side: Side
  /** Its exit code when it and all that it started have ended; 0 for one that we did not start. */
  ended: Promise<number>
  /** Why it is gone, as far as that is known; a moment is waited for its exit. */
  parted(): Promise<Parting>
  /** Ends it: at once, else by the end of its input, with time for what `settled` waits for. */
  stop(how?: { now?: boolean; settled?: Promise<void> }): Promise<void>
}

/** For calls that still run when the input ends, ms. */
export const lastCallsMs = 10_000
