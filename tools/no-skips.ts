import type { Reporter, TestModule } from 'vitest/node'

/** Full names of tests that may be skipped, with the reason. */
const expected: Readonly<Record<string, string>> = {
  'history on a ClickHouse server: there is none here':
    'No package registry has a server: give RESCIND_TEST_CLICKHOUSE_URL or run Docker. The same suite runs on the embedded engine.',
  'the probe fails while records find no room, though a small write fits, and passes when there is room again':
    'Only root may mount a disk of a few MiB.',
}

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
