import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { RescindError, wordsOf } from '../../errors.ts'
import { wallClock } from '../../runtime/wall-clock.ts'
import { type KeyLine, keyLine, keysIn } from './keys-file.ts'

export const newKey = (): string => randomBytes(32).toString('base64url')
export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex')

const heading =
  '# name sha256:<digest> scopes [tenant, or -] [agents=…] [points=…] [cohorts=…] [expires=…]; written by rescind keys\n'

/** A line as it stands, comments too, and the key that it holds. */
export interface Written {
  text: string
  key: KeyLine | undefined
}

/**
 * Changes the file as a whole: whoever reads it sees it before or after, and two who write wait for each other. Other lines stay
 * as they are. Throws what `change` throws, and CONFIG_FILE_UNREADABLE where the file cannot be written.
 */
export async function editKeys<T>(
  path: string,
  change: (lines: Written[]) => { lines: Written[]; answer: T },
): Promise<T> {
  const unlock = await lock(path)
  try {
    const before = textOf(path)
    const lines = before
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ text, key: keysIn(text, path, undefined)[0] }))
    const { lines: after, answer } = change(lines)
    put(path, `${after.map(({ text }) => text).join('\n')}\n`)
    return answer
  } finally {
    unlock()
  }
}

export const writtenLine = (key: KeyLine): Written => ({ text: keyLine(key), key })

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return heading
    throw unwritable(path, cause)
  }
}

function put(path: string, text: string): void {
  const half = `${path}.${randomUUID()}`
  try {
    const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777
    writeFileSync(half, text, { mode, flag: 'wx' })
    renameSync(half, path)
  } catch (cause) {
    rmSync(half, { force: true })
    throw unwritable(path, cause)
  }
}

const everyMs = 20
const patienceMs = 5000
/** Who held it for so long has ended. */
const staleMs = 10_000

async function lock(path: string): Promise<() => void> {
  const name = `${path}.lock`
  for (const until = performance.now() + patienceMs; ; await pause(everyMs)) {
    try {
      closeSync(openSync(name, 'wx', 0o600))
      return () => rmSync(name, { force: true })
    } catch (cause) {
      const isHeld = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      if (!isHeld || performance.now() > until) throw unwritable(path, cause)
      const stat = statSync(name, { throwIfNoEntry: false })
      if (stat !== undefined && wallClock.now() - stat.mtimeMs > staleMs) rmSync(name, { force: true })
    }
  }
}

const unwritable = (path: string, cause: unknown) =>
  new RescindError('CONFIG_FILE_UNREADABLE', `The keys file ${path} cannot be written: ${wordsOf(cause)}`, { cause })
