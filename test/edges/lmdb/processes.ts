import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import ts from 'typescript'

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

/** Node 20 runs no TypeScript, so child.ts and what it imports are compiled once per test file. */
export function compileChild() {
  const root = resolve(import.meta.dirname, '../../..')
  const directory = mkdtempSync(join(tmpdir(), 'rescind-child-'))
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const entry = join(import.meta.dirname, 'child.ts')
  const target = (path: string) => join(directory, relative(root, path).replace(/\.ts$/, '.js'))
  const files = new Set([entry])
  for (const path of files) {
    const text = readFileSync(path, 'utf8')
    for (const { fileName } of ts.preProcessFile(text).importedFiles)
      if (fileName.startsWith('.')) files.add(resolve(dirname(path), fileName))
    mkdirSync(dirname(target(path)), { recursive: true })
    writeFileSync(target(path), ts.transpileModule(text, { compilerOptions }).outputText)
  }
  return {
    /** `limitKb` caps the size of any file the child writes, as a full disk would. */
    start: (log: string, task: string, limitKb?: number) => startChild([target(entry), log, task], limitKb),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  }
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
}

function startChild(args: string[], limitKb?: number): Child {
  const program = [process.execPath, ...args]
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
