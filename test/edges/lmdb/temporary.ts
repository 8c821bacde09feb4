import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalLogOptions, openLocalLog } from '../../../src/edges/lmdb/open-local-log.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Log } from '../../../src/ports/log.ts'

/** A clock that stands until it is moved; `tick` runs what was asked for regularly. */
export function handClock(start = Date.now()): Clock & { move(ms: number): void; tick(): void } {
  let now = start
  const ticks = new Set<() => void>()
  return {
    now: () => now,
    every(_, tick) {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    move: (ms) => {
      now += ms
    },
    tick: () => {
      for (const tick of ticks) tick()
    },
  }
}

/** A fresh directory, opened as often as wished; `dispose` closes all and removes it. */
export function openTemporary(options: Partial<LocalLogOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'rescind-log-'))
  const opened: Log[] = []
  return {
    directory,
    async open(more: Partial<LocalLogOptions> = {}): Promise<Log> {
      const log = await openLocalLog({ directory, clock: handClock(), ...options, ...more })
      opened.push(log)
      return log
    },
    async dispose(): Promise<void> {
      await Promise.all(opened.map((log) => log.close()))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
