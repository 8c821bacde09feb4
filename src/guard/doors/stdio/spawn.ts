import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { RescindError } from '../../../errors.ts'
import { lastCallsMs, type Upstream } from '../upstream.ts'
import { LastWords } from './last-words.ts'
import { Lines } from './lines.ts'
import { exited, hasGroups, ProcessGroup } from './process-group.ts'

/** For a server to end by itself once its input has ended, ms; clients wait 2 s for us. */
const farewellMs = 1500
/** Between the end of a server’s output and its exit, ms. */
const partingMs = 500

/** Starts an MCP server as a child; `onStderr` is given what it says there. Throws GUARD_UPSTREAM_FAILED. */
export async function spawnUpstream(
  command: string,
  args: readonly string[],
  onStderr: (stream: Readable) => void = (stream) => stream.pipe(process.stderr, { end: false }),
): Promise<Upstream> {
  // The server gets the environment that it would have without us, but nothing of ours.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RESCIND_')))
  const child = spawn(command, args, { stdio: 'pipe', env, detached: hasGroups, windowsHide: true })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(
        new RescindError(
          'GUARD_UPSTREAM_FAILED',
          `${command} could not be started: ${cause.message}. After -- stands the command of the MCP server: give its whole path, or one that is found on the PATH.`,
          { cause },
        ),
      ),
    )
  })
  const words = new LastWords(child.stderr)
  onStderr(child.stderr)
  const group = new ProcessGroup(child)
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  let hurry: () => void = () => {}
  const hurried = new Promise<void>((resolve) => {
    hurry = resolve
  })
  let stopping: Promise<void> | undefined
  const ended = closed.then(async () => {
    // What a wrapper left behind, and what holds none of our pipes.
    await (stopping ?? group.end())
    return child.exitCode ?? 128 + (child.signalCode === null ? 15 : constants.signals[child.signalCode])
  })
  const side = new Lines(child.stdout, child.stdin)
  async function leave(settled: Promise<void>): Promise<void> {
    await side.close()
    await Promise.race([closed, hurried, settled.then(() => after(farewellMs)), after(lastCallsMs)])
    await group.end()
    await Promise.race([exited(child), after(farewellMs)])
    // A process that left the group may still hold our pipes.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  }
  return {
    side,
    ended,
    async parted() {
      const isAsked = stopping !== undefined
      await Promise.race([closed, after(partingMs)])
      return { isAsked, why: whyOf(child), ...(words.text === '' ? {} : { said: words.text }) }
    },
    async stop({ now = false, settled = Promise.resolve() } = {}) {
      if (now) hurry()
      stopping ??= leave(settled)
      await stopping
      await Promise.race([ended, after(farewellMs)])
    },
  }
}

function whyOf({ exitCode, signalCode }: ChildProcess): string {
  if (exitCode !== null) return `the server ended with exit code ${exitCode}`
  return signalCode === null ? 'the server closed its output' : `the server was ended by ${signalCode}`
}

const after = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref()
  })
