import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** A file that runs longer than this is named, s. The longest that is in order takes a minute on a slow day. */
const patience = 180
const lookEvery = 30_000

/** Names the files that do not come to an end, and what in them has begun: a hung run says where it hangs. */
export default class Stalls implements Reporter {
  readonly #began = new Map<TestModule, number>()
  #timer: NodeJS.Timeout | undefined

  onInit(_: Vitest): void {
    this.#timer = setInterval(() => this.#look(), lookEvery)
    this.#timer.unref()
  }

  onTestModuleStart(module: TestModule): void {
    this.#began.set(module, performance.now())
  }

  onTestModuleEnd(module: TestModule): void {
    this.#began.delete(module)
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    for (const [module, began] of this.#began) {
      const seconds = Math.round((performance.now() - began) / 1000)
      if (seconds < patience) continue
      const open = [...module.children.allTests()].filter((test) => test.result().state === 'pending')
      const next = open[0] === undefined ? 'every test of it has ended' : `not ended: ${open[0].fullName}`
      process.stderr.write(`still running after ${seconds} s: ${module.relativeModuleId} (${next})\n`)
    }
  }
}
