import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { digestOf, newKey } from '../api/server/keys-edit.ts'
import { forOption, RescindError } from '../errors.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import { call } from './client.ts'
import { keyIn } from './guard-files.ts'

const patienceMs = 15_000

/**
 * A key of this machine’s own in `keyFile`, for the join token in `tokenFile`: made here, and only its digest goes to the monitor.
 * Guards that start together join once. Nothing to do where the file is there already.
 */
export async function join(url: string, tokenFile: string, keyFile: string): Promise<void> {
  if (existsSync(keyFile)) return
  const token = forOption('--join', () => keyIn(tokenFile))
  const key = newKey()
  const half = `${keyFile}.joining`
  if (!claim(half, key)) return waitFor(keyFile, half)
  try {
    await call({ url, key: undefined }, 'POST', '/v1/join', { token, digest: digestOf(key) })
    renameSync(half, keyFile)
  } finally {
    rmSync(half, { force: true })
  }
}

/** Whether this process is the one that joins; one that began long ago has ended. */
function claim(half: string, key: string): boolean {
  const stat = statSync(half, { throwIfNoEntry: false })
  if (stat !== undefined && wallClock.now() - stat.mtimeMs > patienceMs) rmSync(half, { force: true })
  try {
    writeFileSync(half, `${key}\n`, { mode: 0o600, flag: 'wx' })
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false
    throw new RescindError('CONFIG_FILE_UNREADABLE', `--key-file: ${half} cannot be written.`, { cause })
  }
}

async function waitFor(keyFile: string, half: string): Promise<void> {
  for (const until = performance.now() + patienceMs; existsSync(half) && performance.now() < until; ) await pause(50)
  if (!existsSync(keyFile))
    throw new RescindError(
      'CONFIG_FILE_UNREADABLE',
      `--join: another guard on this machine did not get ${keyFile}; see what it says.`,
    )
}
