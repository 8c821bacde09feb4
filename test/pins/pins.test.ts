import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import * as front from '../../src/detect/index.ts'
import { errorCodes } from '../../src/errors.ts'
import { rungs } from '../../src/model/command.ts'
import { defaultPolicy, policyVersion, stamped } from '../../src/policy/policy.ts'
import { embeddedPlan, topicsOf } from '../../src/runtime/topics.ts'
import { rescind } from '../../src/topology.ts'
import { schemaFiles } from '../../tools/schemas.ts'

/**
 * What others hold on to. Red here asks: did you mean it? Then it is a change for the changelog, and the pin moves with
 * it: `npx vitest run test/pins -u`.
 */
const json = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))

test('error codes', () => {
  expect(Object.keys(errorCodes).sort()).toMatchSnapshot()
})

test('topics', () => {
  const topics = topicsOf(rescind(detectors, stamped(defaultPolicy(), 0)), embeddedPlan)
  expect(topics.map((t) => `${t.name} ${t.partitions}${t.compacted === true ? ' compacted' : ''}`)).toMatchSnapshot()
})

test('package exports and command', () => {
  const { exports, bin, engines, type } = json('package.json')
  expect({ exports, bin, engines, type }).toMatchSnapshot()
})

test('what detector authors import', () => {
  expect(Object.keys(front).sort()).toMatchSnapshot()
})

test('schemas', async () => {
  const files = await schemaFiles()
  expect([...files.values()].map((text) => (JSON.parse(text) as { $id: string }).$id).sort()).toMatchSnapshot()
})

test('detectors and their versions', () => {
  expect(detectors.map((d) => `${d.id} v${d.version} by ${d.key}, stake ${d.stake}`)).toMatchSnapshot()
})

test('the ladder and the policy of those who write none', () => {
  expect({ rungs, policy: defaultPolicy(), version: policyVersion(defaultPolicy()) }).toMatchSnapshot()
})
