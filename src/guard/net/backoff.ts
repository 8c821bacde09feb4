/** Waits that double up to the longest, each shortened by chance to as little as half: points must not come in step. */
export class Backoff {
  readonly #first: number
  readonly #longest: number
  readonly #random: () => number
  #tries = 0

  constructor([first, longest]: readonly [number, number] = [250, 30_000], random: () => number = Math.random) {
    this.#first = first
    this.#longest = longest
    this.#random = random
  }

  /** The next wait, ms. */
  next(): number {
    const full = Math.min(this.#longest, this.#first * 2 ** Math.min(this.#tries++, 20))
    return Math.round(full * (0.5 + this.#random() / 2))
  }

  reset(): void {
    this.#tries = 0
  }
}

/** Resolves after a wait, or at once when the signal fires. Does not keep the process alive. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    timer.unref()
    signal.addEventListener('abort', done)
  })
}

/** A signal that fires with its parent or after a time; `done` lets both go. Its timer keeps it alive; one of AbortSignal.any may be collected. */
export function within(ms: number, parent?: AbortSignal | null): { signal: AbortSignal; done(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, ms)
  timer.unref()
  if (parent?.aborted === true) abort()
  else parent?.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    done() {
      clearTimeout(timer)
      parent?.removeEventListener('abort', abort)
    },
  }
}
