import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../ports/logger.ts'

/** What group and others may. */
const ofOthers = 0o077

/**
 * The data directory is for its owner: what an earlier hand made wider is narrowed. A volume whose root belongs to somebody
 * else stays as it is and is told; what is in it is ours.
 */
export function openDataDirectory(directory: string, logger: Logger): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const path of [directory, ...readdirSync(directory).map((name) => join(directory, name))]) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & ofOthers) === 0) continue
    try {
      chmodSync(path, mode & 0o7700)
      logger.warn({ path, mode: (mode & 0o777).toString(8) }, 'others could look into the data directory; narrowed')
    } catch {
      logger.warn(
        { path, mode: (mode & 0o777).toString(8) },
        'others may look into the data directory, which belongs to another user: chmod 700 it',
      )
    }
  }
}
