/**
 * The engine's process. It holds `chdb` in its main thread: a worker thread that has loaded it takes the process with it
 * when it ends. Started by start.ts only, which sends the configuration over the IPC channel; when that channel closes,
 * because the parent is done or dead, this process ends.
 */

import { mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { constants, getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import { wordsOf } from '../../errors.ts'
import { detachedParts, holderOf, watchSpace } from './directory.ts'
import { type EngineConfig, type EngineMessage, isConfig } from './messages.ts'
import { type EngineSession, load, type Native } from './native.ts'
import { engineServer } from './server.ts'

// Decisions go first: the threads that begin from here on have what the processor has left over.
const { PRIORITY_BELOW_NORMAL } = constants.priority
if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL)

const send = (message: EngineMessage): void => {
  if (process.connected) process.send?.(message)
}

/** Waits until the message has left, so that the parent knows why. */
function fail(reason: 'missing' | 'locked' | 'port' | 'other', message: string): void {
  if (process.connected) process.send?.({ type: 'failed', reason, message }, () => process.exit(1))
  else process.exit(1)
}

function openControl(native: Native, config: EngineConfig): EngineSession | undefined {
  try {
    mkdirSync(config.directory, { recursive: true, mode: 0o700 })
    return native.open(config.directory, [
      `--max_server_memory_usage=${config.memoryMiB * 1024 * 1024}`,
      `--mark_cache_size=${Math.floor(config.memoryMiB / 8) * 1024 * 1024}`,
      '--async_load_databases=0',
      '--async_load_system_database=0',
    ])
  } catch (error) {
    const holder = holderOf(config.directory)
    if (holder === undefined) fail('other', `${config.directory} cannot be opened: ${wordsOf(error)}`)
    else fail('locked', `${config.directory} is held by process ${holder.pid} since ${holder.since}`)
    return undefined
  }
}

async function serve(config: EngineConfig): Promise<void> {
  let native: Native
  try {
    native = load()
  } catch (error) {
    fail('missing', wordsOf(error))
    return
  }
  const control = openControl(native, config)
  if (control === undefined) return
  const version = (await control.queryAsync('select version()', { format: 'TSVRaw' })).text().trim()
  const space = watchSpace(config.directory, config.minFreeMiB, (warning) => send({ type: 'warning', warning }))
  await space.look()
  const detached = await detachedParts(control)
  if (detached !== undefined) send({ type: 'warning', warning: detached })
  // Inside the directory that is ours alone now: what a crash left there goes.
  const scratch = join(config.directory, 'scratch')
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { mode: 0o700 })
  const server = engineServer({
    native,
    directory: config.directory,
    scratch,
    control,
    version,
    tokens: { writer: config.writerToken, reader: config.readerToken },
    memoryBytes: config.memoryMiB * 1024 * 1024,
    hasSpace: space.enough,
  })
  process.once('disconnect', () => void stop(server, control))
  server.once('error', (error) => fail('port', wordsOf(error)))
  server.listen(config.port, '127.0.0.1', () => {
    const address = server.address()
    send({ type: 'ready', version, port: typeof address === 'object' && address !== null ? address.port : 0 })
  })
}

/** What runs may finish within its time; then it is killed. Whatever happens, the process ends. */
async function stop(server: Server, control: EngineSession): Promise<void> {
  setTimeout(() => process.exit(1), 8_000).unref()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const hurry = setTimeout(() => {
    control.queryAsync('kill query where 1 async', { format: 'Null' }).catch(() => undefined)
    server.closeAllConnections()
  }, 3_000)
  await closed
  clearTimeout(hurry)
  control.close()
  process.exit(0)
}

// Ctrl-C and a service manager's stop reach the whole group; the parent still has rows to write then.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
// Until the server is up there is nothing to finish.
process.once('disconnect', () => setTimeout(() => process.exit(0), 10_000).unref())

if (process.send === undefined) {
  process.stderr.write('This is the history engine of Rescind; it is started by `rescind start`.\n')
  process.exitCode = 2
} else {
  process.once('message', (config: unknown) => {
    if (!isConfig(config)) fail('other', 'the configuration of the history engine is not understood')
    else serve(config).catch((error: unknown) => fail('other', wordsOf(error)))
  })
}
