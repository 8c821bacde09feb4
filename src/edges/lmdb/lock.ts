import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, readlinkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { RescindError } from '../../errors.ts'

/** Who holds the directory. A process id alone is given out again; with its start time and boot it is not. */
const Holder = Type.Object({
  pid: Type.Integer(),
  token: Type.String(),
  started: Type.String(),
  boot: Type.String(),
  pidNamespace: Type.String(),
})
type Holder = Static<typeof Holder>

const attempts = 10

/**
 * Holds the directory for this process by a file that a dead holder cannot keep: whether it lives is asked, not
 * believed. The file appears complete or not at all (link of a finished file). Two that take over from the same dead
 * holder at once, or a holder in another pid namespace, are told apart by the fence in the store (`Store.apply`).
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'holder.json')
  const own: Holder = { pid: process.pid, token: randomUUID(), ...lifeOf(process.pid) }
  const draft = join(directory, `holder.${own.token}.tmp`)
  writeFileSync(draft, JSON.stringify(own))
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (linked(draft, path)) return () => release(path, own)
      const holder = read(path)
      if (holder === 'gone') continue
      if (holder !== 'unreadable' && isAlive(holder)) throw locked(directory, holder.pid)
      clear(directory, path, holder)
    }
    throw locked(directory, undefined)
  } finally {
    unlinkSync(draft)
  }
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Moves the file of a dead holder away; one that was replaced in between is put back. */
function clear(directory: string, path: string, dead: Holder | 'unreadable'): void {
  const aside = join(directory, `holder.${randomUUID()}.tmp`)
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const moved = read(aside)
  if (typeof moved === 'object' && (dead === 'unreadable' || moved.token !== dead.token)) linked(aside, path)
  unlinkSync(aside)
}

function release(path: string, own: Holder): void {
  const holder = read(path)
  if (typeof holder === 'object' && holder.token === own.token) unlinkSync(path)
}

function read(path: string): Holder | 'gone' | 'unreadable' {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'gone'
    throw error
  }
  try {
    const parsed: unknown = JSON.parse(text)
    return Value.Check(Holder, parsed) ? parsed : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

function isAlive(holder: Holder): boolean {
  const self = lifeOf(process.pid)
  if (holder.boot !== self.boot || holder.pidNamespace !== self.pidNamespace) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false
  }
  return lifeOf(holder.pid).started === holder.started
}

/** Empty where the system has no /proc: then only the process id is compared. */
function lifeOf(pid: number): { started: string; boot: string; pidNamespace: string } {
  // Fields 3 (state) and 22 (start time) of stat; the second field is the name in brackets and may hold spaces.
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; it only waits for its parent, which in a container may never ask.
  const isDead = fields[0] === 'Z' || fields[0] === 'X'
  return {
    started: isDead ? 'ended' : (fields[19] ?? ''),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
  }
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function locked(directory: string, pid: number | undefined): RescindError {
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return new RescindError(
    'LOG_LOCKED',
    `The log directory ${directory} is open in ${who}. Stop that one, or give another directory (--data).`,
    {
      data: { directory, pid },
    },
  )
}
