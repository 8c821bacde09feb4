import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { RescindError } from '../../errors.ts'
import { type Caller, type Scope, scopes } from './auth.ts'

interface Key {
  digest: Buffer
  caller: Caller
}

const isScope = (name: string): name is Scope => Object.hasOwn(scopes, name)

/**
 * The keys of callers that have no issuer, such as Prometheus and the guards of one network: a line each of
 * `name sha256:<hex of the key> scope[,scope…] [tenant]`, where `#` begins a comment. The file holds digests only, and a key
 * has as many random bits as a digest, so that the file gives none away. CONFIG_FILE_UNREADABLE; CONFIG_INVALID by line.
 */
export function readKeysFile(path: string, onlyTenant: string | undefined): (token: string) => Caller | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new RescindError('CONFIG_FILE_UNREADABLE', `auth.keysFile: ${path} cannot be read.`, { cause: error })
  }
  const keys: Key[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim()
    if (words !== '') keys.push(keyOf(words.split(/\s+/), `auth.keysFile: ${path}, line ${at + 1}`, onlyTenant))
  }
  if (keys.length === 0) throw new RescindError('CONFIG_INVALID', `auth.keysFile: ${path} holds no key.`)
  return (token) => {
    const given = createHash('sha256').update(token).digest()
    let found: Caller | undefined
    // Every key is compared, so that the time tells nothing.
    for (const { digest, caller } of keys) if (timingSafeEqual(digest, given)) found = caller
    return found
  }
}

function keyOf(words: readonly string[], where: string, onlyTenant: string | undefined): Key {
  const wrong = (what: string) => new RescindError('CONFIG_INVALID', `${where}: ${what}`)
  const [name = '', digest = '', named = '', tenant = onlyTenant, more] = words
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? []
  if (hex === undefined || named === '' || more !== undefined)
    throw wrong('must be: name sha256:<64 hex digits> scope[,scope…] [tenant]')
  const given = named.split(',')
  for (const scope of given)
    if (!isScope(scope)) throw wrong(`${scope} is no scope. Known: ${Object.keys(scopes).join(', ')}`)
  if (onlyTenant !== undefined && tenant !== onlyTenant)
    throw wrong(`this monitor is for the tenant ${onlyTenant} only`)
  const all = given.includes('rescind.admin') ? Object.keys(scopes) : given
  return { digest: Buffer.from(hex, 'hex'), caller: { id: `key:${name}`, local: false, scopes: new Set(all), tenant } }
}
