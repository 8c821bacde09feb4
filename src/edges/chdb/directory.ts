import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineWarning } from './messages.ts'
import type { EngineSession } from './native.ts'

/**
 * Who holds the directory, from the file that the engine keeps in it. The engine's own words reach stderr only. The
 * file stays behind after a crash, so it is read after opening failed, and its process must be alive.
 */
export function holderOf(directory: string): { pid: number; since: string } | undefined {
  let text: string
  try {
    text = readFileSync(join(directory, 'status'), 'utf8')
  } catch {
    return undefined
  }
  const pid = Number(/^PID: (\d+)/m.exec(text)?.[1] ?? 0)
  if (pid === 0 || pid === process.pid || !alive(pid)) return undefined
  return { pid, since: /^Started at: (.+)$/m.exec(text)?.[1] ?? 'an unknown time' }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The engine sets broken parts aside when it opens and then answers with fewer rows, without a word. */
export async function detachedParts(control: EngineSession): Promise<EngineWarning | undefined> {
  const sql = `select database || '.' || table || ' ' || name from system.detached_parts where reason like 'broken%' or reason like 'unexpected%'`
  const parts = (await control.queryAsync(sql, { format: 'TSVRaw' })).text().split('\n').filter(Boolean)
  if (parts.length === 0) return undefined
  const shown = parts.slice(0, 5).join(', ')
  return {
    code: 'parts-detached',
    message: `${parts.length} damaged parts were set aside; history misses their rows: ${shown}`,
  }
}

/** Watches free space; calls `onWarning` when it crosses the limit, and `state.enough` says where it is. */
export function watchSpace(
  directory: string,
  minFreeMiB: number,
  onWarning: (warning: EngineWarning) => void,
): { enough(): boolean; look(): Promise<void>; stop(): void } {
  let enough = true
  const look = async () => {
    const { bavail, bsize } = await statfs(directory)
    const freeMiB = Math.floor((bavail * bsize) / (1024 * 1024))
    const now = freeMiB >= minFreeMiB
    if (now === enough) return
    enough = now
    onWarning(
      now
        ? { code: 'disk-ok', message: `${freeMiB} MiB are free again; history takes rows again` }
        : { code: 'disk-low', message: `${freeMiB} MiB are free, under ${minFreeMiB}; history takes no more rows` },
    )
  }
  const timer = setInterval(() => void look().catch(() => undefined), 5_000)
  timer.unref()
  return { enough: () => enough, look, stop: () => clearInterval(timer) }
}
