import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { loadPolicy, watchPolicy } from '../../src/config/policy-file.ts'
import type { RescindError } from '../../src/errors.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0)) step()
})

function policyFile(text: string): string {
  const directory = join(temporaryDirectory(), 'policy')
  mkdirSync(directory)
  const path = join(directory, 'policy.yaml')
  writeFileSync(path, text)
  return path
}

/** Each call answers what the watch says next. */
function watched(path: string) {
  const told: (Policy | RescindError)[] = []
  let wake = () => {}
  const tell = (value: Policy | RescindError) => {
    told.push(value)
    wake()
  }
  undo.push(watchPolicy(path, loadPolicy(path, detectors), detectors, tell, (error) => tell(error as RescindError)))
  return async () => {
    while (told.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return told.shift()
  }
}

test('a policy file is read and filled with the defaults', () => {
  expect(loadPolicy(policyFile('mode: shadow\nbrake:\n  perTenant: 3\n'), detectors)).toMatchObject({
    mode: 'shadow',
    brake: { perTenant: 3 },
    budget: 0.0001,
  })
})

test('what is wrong is named by file and path', () => {
  const path = policyFile('mode: shadow\nbrake:\n  perTenant: many\n')
  expect(() => loadPolicy(path, detectors)).toThrow(`${path}: brake.perTenant:`)
  expect(() => loadPolicy('/nowhere.yaml', detectors)).toThrow(
    expect.objectContaining({ code: 'CONFIG_FILE_UNREADABLE' }),
  )
})

test('a pattern that no guard could use is named', () => {
  const path = policyFile(
    'sanitise:\n  - { of: answer, pattern: "[0-9]{4}", because: x }\n  - { of: answer, pattern: "(?=a)", because: x }\n',
  )
  expect(() => loadPolicy(path, detectors)).toThrow(`${path}: sanitise.1.pattern:`)
})

test('options that a detector cannot have are named, and those of detectors that are not here are not judged', () => {
  const path = policyFile(`detectors:
  volume: { enabled: false, options: { leastCalls: many, maxBits: 3 } }
  of-others: { options: { leastCalls: many } }
`)
  const fault = 'detectors.volume.options.leastCalls: must be integer; found "many".'
  expect(() => loadPolicy(path, detectors)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: `${path}: ${fault} A minute with fewer calls is never looked at for calls.`,
    }),
  )
})

test('a change is told; a wrong file changes nothing and is told too', async () => {
  const path = policyFile('mode: shadow\n')
  const next = watched(path)
  writeFileSync(path, 'mode: [wrong\n')
  expect(await next()).toMatchObject({ code: 'CONFIG_INVALID' })
  writeFileSync(path, 'detectors: { volume: { options: { leastCalls: many } } }\n')
  expect(await next()).toMatchObject({ code: 'CONFIG_INVALID' })
  // As editors and Kubernetes do it: another file in its place.
  writeFileSync(`${path}.new`, 'mode: enforce\n')
  renameSync(`${path}.new`, path)
  expect(await next()).toMatchObject({ mode: 'enforce' })
})

test('a file that says the same is no change', async () => {
  const path = policyFile('mode: shadow\n')
  const next = watched(path)
  writeFileSync(path, '# looked at\nmode: shadow\n')
  writeFileSync(path, 'mode: learn\n')
  expect(await next()).toMatchObject({ mode: 'learn' })
})

test('a wrong file is told once per change, whatever else changes beside it', async () => {
  const path = policyFile('mode: shadow\n')
  const told: unknown[] = []
  undo.push(
    watchPolicy(
      path,
      loadPolicy(path, detectors),
      detectors,
      (policy) => told.push(policy.mode),
      () => told.push('wrong'),
    ),
  )
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  writeFileSync(path, 'mode: [wrong\n')
  for (let i = 0; i < 20; i++) {
    writeFileSync(`${path}.beside`, String(i))
    await pause(i < 10 ? 20 : 120)
  }
  expect(told).toEqual(['wrong'])
  writeFileSync(path, 'mode: learn\n')
  while (told.length < 2) await pause(20)
  expect(told).toEqual(['wrong', 'learn'])
})
