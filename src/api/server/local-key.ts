import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RescindError } from '../../errors.ts'

/** Where the key of this machine is kept; the command line and the guard read it there. */
export const localKeyFile = (directory: string): string => join(directory, 'rescind.key')

/** The local key of a data directory; undefined when there is none yet. */
export function readLocalKey(directory: string): string | undefined {
  const path = localKeyFile(directory)
  try {
    const key = readFileSync(path, 'utf8').trim()
    if (/^[\w-]{43}$/.test(key)) return key
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new RescindError('CONFIG_FILE_UNREADABLE', `The local key ${path} cannot be read.`, { cause: error })
  }
  throw new RescindError('CONFIG_FILE_UNREADABLE', `${path} does not hold a local key; remove it to get a new one.`)
}

/** The local key, made at the first start: 32 random bytes, readable by their owner only. */
export function openLocalKey(directory: string): string {
  const known = readLocalKey(directory)
  const path = localKeyFile(directory)
  if (known !== undefined) {
    chmodSync(path, 0o600)
    return known
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const key = randomBytes(32).toString('base64url')
  writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' })
  return key
}
