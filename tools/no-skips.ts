import type { Reporter, TestModule } from 'vitest/node'

/** Full names of tests that may be skipped, with the reason. Empty: everything runs everywhere. */
const expected: Readonly<Record<string, string>> = {}

/** `vitest run --reporter=default --reporter=./tools/no-skips.ts`: a test that did not run is a failure. */
export default class NoSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        if (test.fullName in expected) continue
        process.stderr.write(`skipped, and not expected to be: ${module.relativeModuleId} > ${test.fullName}\n`)
        process.exitCode = 1
      }
  }
}
