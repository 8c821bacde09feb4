import { scopes as known } from '../api/server/caller.ts'
import { digestOf, editKeys, newKey, type Written, writtenLine } from '../api/server/keys-edit.ts'
import { type KeyLine, readKeys } from '../api/server/keys-file.ts'
import { loadConfig } from '../config/load-config.ts'
import { RescindError } from '../errors.ts'
import { hasControl, tenantName } from '../model/names.ts'
import { spoken } from '../model/speaks.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import { colors, type Output, plain, table } from './output.ts'

export interface KeysWhere {
  config?: string
  file?: string
}

export interface NewKey extends KeysWhere {
  name: string
  scope: string[]
  tenant?: string
  agent?: string[]
  point?: string[]
  cohort?: string[]
  /** RFC 3339, or a duration from now, ms. */
  expires?: string | number
  /** Of a join token: how long the key lives that it is exchanged for, ms. */
  keyFor?: number
}

/** A join token that nobody used is of no use after a day. */
const joinMs = 86_400_000

const invalid = (what: string) => new RescindError('CONFIG_INVALID', what)

/** `rescind keys add`, `rescind keys join`: a line of the file, and its key, which is shown this once. */
export async function addKey(given: NewKey, isJoin: boolean, out: Output): Promise<void> {
  const path = fileOf(given)
  const token = newKey()
  const key = keyOf(given, digestOf(token), isJoin)
  await editKeys(path, (lines) => ({ lines: [...lines, writtenLine(key)], answer: undefined }))
  out.answer({ ...shown(key), file: path, [isJoin ? 'token' : 'key']: token }, () =>
    [
      token,
      '',
      colors.dim(
        isJoin
          ? `Shown this once. On the machine: rescind guard --join FILE --key-file FILE …, with the token in the first file.`
          : `Shown this once; ${path} holds its digest. A monitor takes it within a second.`,
      ),
    ].join('\n'),
  )
}

/** `rescind keys list` */
export function listKeys(where: KeysWhere, out: Output): void {
  const path = fileOf(where)
  const keys = readKeys(path, undefined).map(shown)
  out.answer({ file: path, keys }, () =>
    keys.length === 0
      ? `${path} holds no key.`
      : table(
          ['NAME', 'KEY', 'TENANT', 'SCOPES', 'SPEAKS FOR', 'EXPIRES'],
          keys.map(({ name, digest, tenant, scopes, speaks, expires, join }) => [
            plain(name),
            `${digest.slice(0, 8)}${join ? ' (join token)' : ''}`,
            tenant === undefined ? 'any' : plain(tenant),
            scopes.map((each) => each.replace('rescind.', '')).join(' '),
            spoken
              .map(
                (kind) =>
                  `${kind} ${speaks[kind] === undefined ? 'not bound' : plain(speaks[kind].join(' '), 200) || 'none'}`,
              )
              .join(', '),
            expires ?? 'never',
          ]),
        ),
  )
}

/** `rescind keys revoke NAME`: all keys of the name, or the one whose digest begins so. */
export async function revokeKey(name: string, given: KeysWhere & { digest?: string }, out: Output): Promise<void> {
  const path = fileOf(given)
  const isMeant = ({ key }: Written) => key?.name === name && key.digest.startsWith(given.digest ?? '')
  const revoked = await editKeys(path, (lines) => {
    const gone = lines.filter(isMeant)
    if (gone.length === 0)
      throw invalid(
        `${path} holds no key of the name ${name}${given.digest === undefined ? '' : ` that begins with ${given.digest}`}. See: rescind keys list`,
      )
    return { lines: lines.filter((line) => !isMeant(line)), answer: gone.map(({ key }) => key?.digest ?? '') }
  })
  out.answer(
    { name, file: path, revoked },
    () => `${revoked.length} taken out of ${path}. A monitor refuses it within a second, and its streams end.`,
  )
}

function fileOf({ config, file }: KeysWhere): string {
  const path = file ?? loadConfig({ ...(config === undefined ? {} : { file: config }), env: process.env }).auth.keysFile
  if (path === undefined)
    throw invalid(
      'There is no keys file: set auth.keysFile in the configuration of the monitor (RESCIND_AUTH_KEYS_FILE), or give --file.',
    )
  return path
}

function keyOf(given: NewKey, digest: string, isJoin: boolean): KeyLine {
  const { name, scope, tenant, agent, point, cohort, expires, keyFor } = given
  if (!/^[^\s#]{1,256}$/.test(name) || hasControl(name))
    throw invalid('--name: 1 to 256 characters without spaces and #.')
  for (const each of scope)
    if (!Object.hasOwn(known, each)) throw invalid(`--scope: ${each} is none. Known: ${Object.keys(known).join(', ')}`)
  if (tenant !== undefined && (!new RegExp(tenantName).test(tenant) || /[\s#=]/.test(tenant) || tenant === '-'))
    throw invalid('--tenant: a name without spaces, /, # and =.')
  for (const each of [agent, point, cohort].flat())
    if (each !== undefined && (each === '' || each.length > 512 || hasControl(each)))
      throw invalid('A pattern has 1 to 512 characters.')
  const now = wallClock.now()
  const ends = expires ?? (isJoin ? joinMs : undefined)
  const at = typeof ends === 'number' ? now + ends : ends === undefined ? undefined : Date.parse(ends)
  if (at !== undefined && !(at > now)) throw invalid('--expires: a time to come, such as 90d or 2027-01-01T00:00:00Z.')
  return {
    name,
    digest,
    scopes: scope,
    ...(tenant === undefined ? {} : { tenant }),
    speaks: {
      ...(agent === undefined ? {} : { agents: agent }),
      ...(point === undefined ? {} : { points: point }),
      ...(cohort === undefined ? {} : { cohorts: cohort }),
    },
    ...(at === undefined ? {} : { expires: at }),
    ...(isJoin ? { join: keyFor ?? Number.POSITIVE_INFINITY } : {}),
  }
}

const shown = ({ name, digest, scopes, tenant, speaks, expires, join }: KeyLine) => ({
  name,
  digest,
  scopes,
  ...(tenant === undefined ? {} : { tenant }),
  speaks,
  ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
  join: join !== undefined,
})
