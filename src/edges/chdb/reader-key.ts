import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/** The lasting password of readers such as Grafana: made at the first start, readable by its owner only. */
export function openReaderKey(path: string): string {
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(path, 0o600)
  const known = readFileSync(path, 'utf8').trim()
  if (/^[\w-]{32}$/.test(known)) return known
  // Torn by a crash in its first moment, or by hand.
  const fresh = randomBytes(24).toString('base64url')
  writeFileSync(path, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

const prefix = 'tenant/'

/** Who may read one tenant only. The password follows from that of all readers, so that nothing has to be kept. */
export const tenantReader = (key: string, tenant: string): { username: string; password: string } => ({
  username: `${prefix}${encodeURIComponent(tenant)}`,
  password: createHmac('sha256', key).update(`reader of tenant ${tenant}`).digest('base64url'),
})

/** The tenant that a user’s name stands for. */
export function tenantOf(username: string): string | undefined {
  if (!username.startsWith(prefix)) return undefined
  try {
    return decodeURIComponent(username.slice(prefix.length))
  } catch {
    return undefined
  }
}
