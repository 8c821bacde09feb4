import { randomBytes } from 'node:crypto'
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
