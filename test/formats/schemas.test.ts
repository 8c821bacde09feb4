import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { committed, schemaFiles } from '../../tools/schemas.ts'

const folder = fileURLToPath(new URL('../../schemas/', import.meta.url))

test('schemas/ is what the model says: run `npm run schemas` after a change of src/model', async () => {
  const [made, kept] = [await schemaFiles(), await committed(folder)]
  expect([...kept.keys()].sort()).toEqual([...made.keys()].sort())
  for (const [name, text] of made) expect(kept.get(name), name).toBe(text)
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
