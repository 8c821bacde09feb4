import { isObject } from '../../doors/json-rpc/message.ts'

/** What a parameter lets an agent hand over, as far as that is dangerous. */
export type Risk = 'destination' | 'command' | 'secret'

/** Nodes of one schema that are looked at, and parameters of one tool that are kept. */
const maxNodes = 4096
const maxParameters = 128
const maxPath = 128

const words: Readonly<Record<Risk, ReadonlySet<string>>> = {
  destination: new Set(
    'to cc bcc recipient recipients email emails mail url uri href webhook callback endpoint host hostname domain destination address addresses channel phone account iban payee beneficiary wallet forward redirect receiver server proxy'.split(
      ' ',
    ),
  ),
  command: new Set('command commands cmd script shell exec eval sql program binary hook executable'.split(' ')),
  secret: new Set(
    'password passwd passphrase secret secrets apikey credential credentials cookie cookies otp pin mnemonic'.split(
      ' ',
    ),
  ),
}
/** A token or key is a secret in this company only: there are page tokens, limits in tokens and keys of a map. */
const keys: ReadonlySet<string> = new Set(['token', 'key', 'tokens', 'keys'])
const ofSecret: ReadonlySet<string> = new Set(
  'access api auth bearer private secret ssh session refresh id signing encryption user github'.split(' '),
)
const formats: Readonly<Record<string, Risk>> = {
  uri: 'destination',
  url: 'destination',
  'uri-reference': 'destination',
  email: 'destination',
  hostname: 'destination',
  password: 'secret',
}

/** The parameters of a tool by their path, with the risk of each; '' where there is none. Never throws. */
export function parametersOf(schema: unknown): Map<string, Risk | ''> {
  const found = new Map<string, Risk | ''>()
  const open: [schema: unknown, path: string][] = [[schema, '']]
  let nodes = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, path] = next
    if (!isObject(value)) continue
    if (++nodes > maxNodes) break
    if (isObject(value.properties))
      for (const [name, inside] of Object.entries(value.properties)) {
        const here = (path === '' ? name : `${path}.${name}`).slice(0, maxPath)
        if (found.size >= maxParameters && !found.has(here)) break
        found.set(here, found.get(here) || riskOf(name, inside))
        open.push([inside, here])
      }
    for (const member of ['items', 'additionalProperties', 'not', 'if', 'then', 'else'])
      open.push([value[member], path])
    for (const member of ['anyOf', 'oneOf', 'allOf', 'prefixItems'])
      if (Array.isArray(value[member])) for (const each of value[member].slice(0, 64)) open.push([each, path])
    for (const member of ['$defs', 'definitions', 'patternProperties'])
      if (isObject(value[member]))
        for (const each of Object.values(value[member]).slice(0, 256)) open.push([each, path])
  }
  return found
}

/** By its name, its format, and the first words that it is described with. */
function riskOf(name: string, schema: unknown): Risk | '' {
  if (isObject(schema) && typeof schema.format === 'string' && Object.hasOwn(formats, schema.format))
    return formats[schema.format] ?? ''
  const type = isObject(schema) ? schema.type : undefined
  // A number or a switch carries nothing anywhere.
  if (type === 'number' || type === 'integer' || type === 'boolean' || type === 'null') return ''
  const said = isObject(schema) && typeof schema.description === 'string' ? schema.description.slice(0, 200) : ''
  const byName = named(wordsIn(name))
  return byName === '' ? named(wordsIn(said).slice(0, 4)) : byName
}

function named(parts: readonly string[]): Risk | '' {
  for (const risk of ['secret', 'command', 'destination'] as const)
    if (parts.some((part) => words[risk].has(part))) return risk
  return parts.some((part) => keys.has(part)) && parts.some((part) => ofSecret.has(part)) ? 'secret' : ''
}

const wordsIn = (text: string): string[] =>
  text
    .normalize('NFKC')
    .replace(/(\p{Ll}|\d)(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((part) => part !== '')
