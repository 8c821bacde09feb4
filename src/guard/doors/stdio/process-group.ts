import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Windows has no process groups: there only the child itself is ended. */
export const hasGroups = process.platform !== 'win32'

/** Between a request to end and the end by force, ms. Clients end us in the same way, after 2 s. */
const graceMs = 1000
const pollMs = 20

/** A child that leads a process group of its own, so that what it starts ends with it: `npx` and `sh -c` start the real server. */
export class ProcessGroup {
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Whether the child or anything of its group still runs. */
  get lives(): boolean {
    return this.#kill(0)
  }

  /** Ends all of it: asked first, by force after a grace. */
  async end(): Promise<void> {
    if (!this.#kill('SIGTERM')) return
    if (await this.#gone(graceMs)) return
    // Nothing outlives this; what is still seen then are dead ones that nobody has waited for.
    this.#kill('SIGKILL')
  }

  async #gone(ms: number): Promise<boolean> {
    for (const until = performance.now() + ms; performance.now() < until; ) {
      if (!this.lives) return true
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
    return !this.lives
  }

  #kill(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child
    if (pid === undefined) return false
    try {
      return process.kill(hasGroups ? -pid : pid, signal)
    } catch {
      return false
    }
  }
}

/** Resolves when the child itself has ended. */
export async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
