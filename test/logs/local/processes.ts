import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'

export type Line = Readonly<Record<string, unknown>>

export interface Child {
  pid: number | undefined
  /** The next `count` lines, fewer when it ended. */
  next(count?: number): Promise<Line[]>
  /** The lines up to the one that has the field, that one included. */
  until(field: string): Promise<Line[]>
  /** Ends it as a crash would; answers what it had said and was not yet read. */
  kill(): Promise<Line[]>
}

const here = (name: string) => new URL(name, import.meta.url)
const loader = here('typescript-loader.mjs').href
const register = `data:text/javascript,${encodeURIComponent(`import { register } from 'node:module'; register('${loader}')`)}`

/** `limitKb` caps the size of any file the child writes, as a full disk would. */
export function startChild(directory: string, task: string, limitKb?: number): Child {
  const program = [process.execPath, '--import', register, here('child.ts').pathname, directory, task]
  const command =
    limitKb === undefined ? program : ['sh', '-c', `ulimit -f ${limitKb * 2}; exec "$@"`, 'sh', ...program]
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = once(child, 'exit')
  const lines = parsed(createInterface({ input: child.stdout }))
  const take = async (isEnough: (taken: readonly Line[]) => boolean) => {
    const taken: Line[] = []
    while (!isEnough(taken)) {
      const { done, value } = await lines.next()
      if (done === true) break
      taken.push(value)
    }
    return taken
  }
  return {
    pid: child.pid,
    next: (count = 1) => take(({ length }) => length >= count),
    until: (field) => take((taken) => taken.at(-1)?.[field] !== undefined),
    async kill() {
      child.kill('SIGKILL')
      const rest = await take(() => false)
      await exited
      return rest
    },
  }
}

async function* parsed(lines: Interface): AsyncGenerator<Line, undefined> {
  for await (const line of lines) yield Object(JSON.parse(line))
  return undefined
}
