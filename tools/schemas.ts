import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Writes schemas/*.json from the schemas of src/model, the policy and the configuration that have an `$id`; a file that no schema makes is removed.
 * `npm run schemas` runs it from dist; test/formats/schemas.test.ts asserts that what is committed is what it writes.
 */
/** Files that people write: what has a default may be left out of them. Records of the log have every member. */
const written: ReadonlySet<string> = new Set(['policy.json', 'config.json', 'scope.json'])
const model = new URL('../src/model/', import.meta.url)

export async function schemaFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const sources = (await readdir(model))
    .filter((name) => /(?<!\.d)\.[jt]s$/.test(name))
    .sort()
    .map((name) => new URL(name, model))
  const ending = sources[0]?.pathname.endsWith('.ts') ? 'ts' : 'js'
  sources.push(new URL(`../policy/policy.${ending}`, model), new URL(`../config/schema.${ending}`, model))
  for (const source of sources) {
    const exported: Record<string, unknown> = await import(source.href)
    for (const value of Object.values(exported)) {
      if (typeof value !== 'object' || value === null || !('$id' in value) || typeof value.$id !== 'string') continue
      const name = value.$id.split('/').at(-1) ?? ''
      const { $id, ...rest } = written.has(name) ? withoutDefaults(value) : value
      const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id, ...naming(rest), ...rest }
      const text = `${JSON.stringify(schema, null, 2)}\n`
      if (files.has(name) && files.get(name) !== text) throw new Error(`Two schemas are called ${name}`)
      files.set(name, text)
    }
  }
  return files
}

/** A schema as a file is written to it: of its required members those without a default, at every depth. */
function withoutDefaults<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(withoutDefaults) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const made = Object.fromEntries(Object.entries(schema).map(([name, each]) => [name, withoutDefaults(each)]))
  const { properties } = schema as { properties?: Record<string, object> }
  if (properties === undefined || !Array.isArray(made.required)) return made as T
  const required = made.required.filter((name: string) => !('default' in (properties[name] ?? {})))
  if (required.length > 0) made.required = required
  else delete made.required
  return made as T
}

/** What a reader looks for first, first. */
const naming = (schema: object) => ({
  ...('title' in schema ? { title: schema.title } : {}),
  ...('description' in schema ? { description: schema.description } : {}),
})

/** The committed files, for comparison. */
export async function committed(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

async function write(folder: string): Promise<void> {
  const files = await schemaFiles()
  await mkdir(folder, { recursive: true })
  for (const name of (await committed(folder)).keys()) if (!files.has(name)) await rm(join(folder, name))
  for (const [name, text] of files) await writeFile(join(folder, name), text)
  process.stdout.write(`${files.size} schemas written to ${folder}\n`)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // From dist/tools the checkout is two levels up; run from the checkout, as npm does.
  await write(fileURLToPath(new URL('schemas/', pathToFileURL(`${process.cwd()}/`))))
}
