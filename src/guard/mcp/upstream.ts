import { spawn } from 'node:child_process'
import { RescindError } from '../../errors.ts'
import { Lines, type Side } from './side.ts'

/** The server behind the guard. */
export interface Upstream {
  side: Side
  /** Its exit code when it ends; 0 for one that we did not start. */
  ended: Promise<number>
  stop(): Promise<void>
}

const graceMs = 2000

/** Starts an MCP server as a child; what it writes to stderr goes to ours. Throws GUARD_UPSTREAM_FAILED. */
export async function spawnUpstream(command: string, args: readonly string[]): Promise<Upstream> {
  // The server gets the environment that it would have without us, but nothing of ours.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RESCIND_')))
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env, windowsHide: true })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(new RescindError('GUARD_UPSTREAM_FAILED', `${command} could not be started: ${cause.message}`, { cause })),
    )
  })
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15)),
    )
  })
  const side = new Lines(child.stdout, child.stdin)
  return {
    side,
    ended,
    async stop() {
      await side.close()
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const timer = setTimeout(() => child.kill(signal), graceMs)
        const done = await Promise.race([ended.then(() => true), after(graceMs * 1.5)])
        clearTimeout(timer)
        if (done) return
      }
    },
  }
}

const after = (ms: number) =>
  new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), ms).unref()
  })
