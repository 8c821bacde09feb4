import { absolutePath, type Ground, landingOf } from '../files/paths.ts'
import type { Found } from '../found/found.ts'

/** One word of a command after quotes are taken away. */
export interface Word {
  text: string
  /** It holds a variable whose value is not known. */
  variable: boolean
  /** It holds the output of a command. */
  output: boolean
  /** It names files by a pattern. */
  glob: boolean
}

export const word = (text: string): Word => ({ text, variable: false, output: false, glob: false })

/** One program as it is called. */
export interface Call {
  program: string
  args: readonly Word[]
  /** Programs whose output it reads, the nearest last. */
  upstream: readonly string[]
  /** What it reads from the text itself: a here-document or here-string, or what the program before it in the pipe only passes on. */
  given?: string
  piped?: string
  /** The file that its input comes from. */
  from?: string
  /** Something is read from a file or a pipe. */
  fed: boolean
}

/** Programs that the project holds itself: its modules, by the first part of their name. */
export interface Programs {
  has(name: string): boolean
}

/** What is known while one command line is read. */
export interface Shell {
  found: Found
  ground: Ground
  /** Variables that the line itself sets to plain text. */
  variables: Map<string, string>
  functions: Set<string>
  /** Variables that hold the output of a command. */
  tainted: Set<string>
  /** Files and folders that the line itself brought from elsewhere, normalised. */
  fetched: string[]
  projectPrograms: Programs
  depth: number
  /** Its one program is a tool that nobody knows: its words are read as a service’s client’s are. */
  isClient: boolean
  /** Reads a further command line found in this one. */
  read(text: string): void
  /** Runs one more program, as `sudo` or `xargs` do. */
  call(argv: readonly Word[], like: Pick<Call, 'upstream' | 'fed'> & { given?: string }): void
}

export type Handler = (call: Call, shell: Shell) => void

export interface Options {
  /** Flags as written, without values: `-i`, `--force`. */
  flags: ReadonlySet<string>
  /** Values of the flags that take one. */
  values: ReadonlyMap<string, readonly Word[]>
  rest: readonly Word[]
}

/** Sorts arguments into flags, their values and the rest. `taking` names the flags that take a value. */
export function optionsOf(args: readonly Word[], taking: ReadonlySet<string> = new Set()): Options {
  const flags = new Set<string>()
  const values = new Map<string, Word[]>()
  const rest: Word[] = []
  const put = (flag: string, value: Word) => values.set(flag, [...(values.get(flag) ?? []), value])
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    if (arg === undefined) break
    const { text } = arg
    if (text === '--') {
      rest.push(...args.slice(at + 1))
      break
    }
    if (!text.startsWith('-') || text === '-') {
      rest.push(arg)
      continue
    }
    const equals = text.startsWith('--') ? text.indexOf('=') : -1
    if (equals > 0) {
      put(text.slice(0, equals), { ...arg, text: text.slice(equals + 1) })
      flags.add(text.slice(0, equals))
      continue
    }
    if (taking.has(text)) {
      const value = args[++at]
      flags.add(text)
      if (value !== undefined) put(text, value)
      continue
    }
    flags.add(text)
    if (text.startsWith('--')) continue
    // `-sSLo out`, `-XPOST`: one-letter flags together; the first that takes a value takes what follows.
    for (let i = 1; i < text.length && i < 16; i++) {
      const flag = `-${text[i]}`
      flags.add(flag)
      if (!taking.has(flag)) continue
      const glued = text.slice(i + 1)
      const next = glued === '' ? args[++at] : { ...arg, text: glued }
      if (next !== undefined) put(flag, next)
      break
    }
  }
  return { flags, values, rest }
}

/** What stands behind the options, as it is written, where all options take a value but for `flags`. */
export function operandsOf(args: readonly Word[], flags: ReadonlySet<string>): readonly Word[] {
  let at = 0
  for (; at < args.length; at++) {
    const text = args[at]?.text ?? ''
    if (text === '--') return args.slice(at + 1)
    if (!text.startsWith('-') || text === '-') break
    if (text.startsWith('--')) {
      if (!text.includes('=') && !flags.has(text)) at++
      continue
    }
    const taking = [...text.slice(1)].findIndex((letter) => !flags.has(`-${letter}`))
    // The last letter takes what follows: `-it`, `-ite NAME=value`; what is glued to one is its value: `-p80:80`.
    if (taking === text.length - 2) at++
  }
  return args.slice(at)
}

export const lastOf = (options: Options, ...names: readonly string[]): Word | undefined => {
  for (const name of names) {
    const value = options.values.get(name)?.at(-1)
    if (value !== undefined) return value
  }
  return undefined
}

export const has = (options: Options, ...names: readonly string[]): boolean =>
  names.some((name) => options.flags.has(name))

/** Remembers what was brought from elsewhere, for what runs it later. */
export function fetches(path: string, shell: Shell, isFolder = false) {
  if (shell.fetched.length >= 64) return
  const place = absolutePath(path, shell.ground)
  shell.fetched.push(place)
  shell.found.brings.push(isFolder ? `${place}/` : place)
}

/** Whether a path is, or lies under, what the line brought. */
export const wasFetched = (path: string, shell: Shell): boolean => {
  const here = absolutePath(path, shell.ground)
  return shell.fetched.some((each) => here === each || here.startsWith(`${each}/`))
}

/** Runs what the project in `dir` declares: its own space under the roots, foreign code elsewhere. */
export function runsDeclared(because: string, shell: Shell, dir = '.') {
  shell.found.runs.push(absolutePath(dir, shell.ground))
  const foreign = landingOf(dir, shell.ground).in !== 'inside' || wasFetched(dir, shell)
  if (foreign) shell.found.part('command', 'path', dir === '.' ? (shell.ground.cwd ?? dir) : dir)
  shell.found.raise(foreign ? 'execution' : 'own', foreign ? `${because}, outside the roots or just fetched` : because)
}
