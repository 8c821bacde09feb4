import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { committed, schemaFiles } from '../../tools/schemas.ts'

const folder = fileURLToPath(new URL('../../schemas/', import.meta.url))

test('schemas/ is what the model says: run `npm run schemas` after a change of src/model', async () => {
  const [made, kept] = [await schemaFiles(), await committed(folder)]
  expect([...kept.keys()].sort()).toEqual([...made.keys()].sort())
  for (const [name, text] of made) expect(kept.get(name), name).toBe(text)
})

test('a file is right where it says only what is not the default', async () => {
  const schema = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const [policy, config, scope] = await Promise.all(['policy.json', 'config.json', 'scope.json'].map(schema))
  for (const given of [
    {},
    { mode: 'learn' },
    { costs: { action: { read: 2 } } },
    { sanitise: [{ of: 'answer', because: 'x' }] },
  ])
    expect([...Value.Errors(policy, given)], JSON.stringify(given)).toEqual([])
  for (const given of [{ mode: 'lern' }, { mod: 'learn' }, { allow: [{ tool: 'x' }] }])
    expect(Value.Check(policy, given), JSON.stringify(given)).toBe(false)
  expect(Value.Check(config, { http: { port: 7078 } })).toBe(true)
  expect(Value.Check(config, { sources: [{}] })).toBe(false)
  expect(Value.Check(scope, { id: 's', agent: 'a' })).toBe(true)
  expect(Value.Check(scope, { id: 's' })).toBe(false)
})

test('a schema is plain JSON Schema that names itself', async () => {
  const event = JSON.parse(await readFile(join(folder, 'event.json'), 'utf8'))
  expect(event).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://rescind.dev/schemas/event.json',
    title: 'AgentEvent',
    type: 'object',
    required: ['id', 'time', 'kind', 'tenant', 'agent'],
  })
})
