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

test.each([
  [
    'detectors: { volume: { options: { leastCalls: many } } }',
    'detectors.volume.options.leastCalls: must be integer; found "many".',
  ],
  [
    'detectors: { volume: { options: { leastCals: 3 } } }',
    'detectors.volume.options.leastCals: is not known. Did you mean leastCalls?',
  ],
  ['detectors: { volumes: { enabled: false } }', 'detectors.volumes: is not known. Did you mean volume?'],
  ['detectors: { of-others: {} }', 'detectors.of-others: is not known. Known here: declared-scope, '],
  ['detectors: { volume: { enable: false } }', 'detectors.volume.enable: is not known. Did you mean enabled?'],
  ['detectors: { volume: { mode: loud } }', 'detectors.volume.mode: must be one of "learn", "shadow", "enforce"'],
  ['allow: [{ detector: frist-use, because: x }]', 'allow.0.detector: is not known. Did you mean first-use?'],
  ['mod: shadow', 'mod: is not known. Did you mean mode?'],
  ['mode: Shadow', 'mode: must be one of "learn", "shadow", "enforce"; found "Shadow"'],
  ['mode:', 'mode: must be one of "learn", "shadow", "enforce"; found null'],
  ['', 'is empty, or holds comments only'],
  ['# mode: shadow', 'is empty, or holds comments only'],
  ['--- ~', 'is empty, or holds comments only'],
  ['- mode: shadow', 'policy: must be object'],
])('what nobody would follow is refused with its path: %s', (text, fault) => {
  const path = policyFile(`${text}\n`)
  expect(() => loadPolicy(path, detectors)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${path}: ${fault}`) }),
  )
})

test('a change is told; a wrong file changes nothing and is told too', async () => {
  const path = policyFile('mode: shadow\n')
  const next = watched(path)
  for (const nothing of ['', '# mode: shadow\n']) {
    writeFileSync(path, nothing)
    expect(await next()).toMatchObject({ code: 'CONFIG_INVALID' })
  }
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
