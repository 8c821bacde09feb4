import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, type EngineOptions, startEngine } from '../../../src/edges/chdb/start.ts'
import { built } from '../../support/build.ts'

/** An engine on a directory of its own, both gone after `close`. */
export async function temporaryEngine(options: Partial<EngineOptions> = {}): Promise<Engine & { directory: string }> {
  built()
  const directory = mkdtempSync(join(tmpdir(), 'rescind-engine-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  const engine = await startEngine({ directory, memoryMiB: 512, ...options }).catch((error: unknown) => {
    remove()
    throw error
  })
  return {
    ...engine,
    directory,
    pid: engine.pid,
    async close() {
      await engine.close()
      remove()
    },
  }
}
