import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const staleAfterMs = 300_000

/**
 * Makes the directory `target` once, whoever else wants it at the same moment: `make` fills a directory beside it that then takes its
 * name, so a half-made one is never seen. The lock saves work and no more: two makers that slip through do no harm.
 */
export async function once(target: string, make: (part: string) => Promise<void>): Promise<void> {
  const lock = `${target}.lock`
  mkdirSync(dirname(target), { recursive: true })
  while (!existsSync(target)) {
    if (!taken(lock)) {
      await pause(100)
      continue
    }
    const part = mkdtempSync(`${target}.part-`)
    try {
      if (existsSync(target)) return
      await make(part)
      renameSync(part, target)
    } catch (error) {
      if (!existsSync(target)) throw error
    } finally {
      rmSync(part, { recursive: true, force: true })
      rmSync(lock, { force: true })
    }
  }
}

function taken(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    if (isAbandoned(lock)) rmSync(lock, { force: true })
    return false
  }
}

function isAbandoned(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > staleAfterMs) return true
    const holder = Number(readFileSync(lock, 'utf8'))
    // Empty: its maker is just about to write its number.
    if (holder === 0) return false
    process.kill(holder, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
