import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Without a task id, a task is all that one agent does for one client process until it has been quiet for this long, ms. */
const quietMs = 15 * 60_000
/** The file’s time is renewed at most this often, ms. */
const touchMs = 20_000

/** Programs that only start others: the client is behind them. */
const wrapper =
  /^(?:sh|bash|dash|zsh|fish|ksh|busybox|env|timeout|nice|nohup|stdbuf|xargs|npm|npx|pnpm|yarn|bunx?|uvx?|cmd(?:\.exe)?|conhost)$/
const wrapperScript = /(?:npm-cli|npx-cli|npm exec|npx|pnpm|yarn)(?:\.[cm]?js)?(?:\s|$)/

/** The task in hand for one client process, shared by all guards that it started for one agent. */
export class ClientTask {
  readonly #path: string
  readonly #now: () => number

  constructor(directory: string, client: string, now: () => number) {
    this.#path = join(directory, `task-${createHash('sha256').update(client).digest('hex').slice(0, 32)}`)
    this.#now = now
  }

  /** Its id: a new one after the quiet time. */
  id(): string {
    const now = this.#now()
    try {
      const { mtimeMs } = statSync(this.#path)
      if (now - mtimeMs < quietMs) {
        if (now - mtimeMs > touchMs) utimesSync(this.#path, now / 1000, now / 1000)
        const id = readFileSync(this.#path, 'utf8')
        if (id !== '') return id
      }
    } catch {
      // The first guard of this client.
    }
    const id = randomUUID()
    try {
      const half = `${this.#path}.${process.pid}`
      writeFileSync(half, id, { mode: 0o600 })
      renameSync(half, this.#path)
      return readFileSync(this.#path, 'utf8') || id
    } catch {
      return id
    }
  }
}

/** Names the client’s process: the nearest ancestor that does not merely start others, with its start time. */
export function clientProcess(): string {
  let pid = process.ppid
  for (let depth = 0; depth < 8 && pid > 1; depth++) {
    const about = processOf(pid)
    if (about === undefined) break
    if (!wrapper.test(about.name) && !wrapperScript.test(about.command)) return `${pid} ${about.started}`
    pid = about.parent
  }
  return `${process.ppid}`
}

interface About {
  parent: number
  started: string
  name: string
  command: string
}

function processOf(pid: number): About | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    return { parent: Number(rest[1]), started: rest[19] ?? '', name, command }
  } catch {
    return byPs(pid)
  }
}

/** Where there is no /proc. */
function byPs(pid: number): About | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,lstart=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 2000,
    })
    const [, parent, started, command] = /^\s*(\d+)\s+(\S+\s+\S+\s+\d+\s+\S+\s+\d+)\s+(.*)$/m.exec(line) ?? []
    if (parent === undefined || command === undefined) return undefined
    return { parent: Number(parent), started: started ?? '', name: basename(command.split(' ')[0] ?? ''), command }
  } catch {
    return undefined
  }
}
