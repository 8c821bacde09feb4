import { homedir } from 'node:os'
import { resolve } from 'node:path'

const maxDepth = 32
const maxText = 1_048_576

/**
 * The guard’s own files: who can write there can approve his own acts, forget what was read, or read what is kept. A call
 * whose arguments name them does not run, however the path is written: absolute, from home, from a folder that the agent works in,
 * by `..`, as a URI. Blind spots: a command that puts the name together only when it runs, or goes there first; a plain word in a
 * command (`cp -r data x`); a server that reads whole folders.
 */
export class OwnFiles {
  /** Whole paths and those from home, which is written in many ways; in one spelling. */
  readonly #names: readonly string[]
  readonly #files: readonly string[]
  readonly #cwd: string

  constructor(paths: readonly string[], home = homedir(), cwd = process.cwd()) {
    this.#cwd = cwd
    const from = plain(resolve(home))
    const files = paths.map((path) => plain(resolve(path)))
    // The root, a whole home or an unset path would hold everything.
    this.#files = [...new Set(files)].filter((file) => file.split('/').length >= 3 && file !== from)
    const fromHome = this.#files.filter((file) => isWithin(from, file)).map((file) => file.slice(from.length + 1))
    this.#names = [...this.#files, ...fromHome]
  }

  /** Whether some text of the arguments names one of them. Relative paths begin where the guard was started, or at a root. */
  isNamed(args: unknown, roots: readonly string[] = []): boolean {
    if (this.#files.length === 0) return false
    const folders = [this.#cwd, ...roots]
    const look = (value: unknown, name: string, depth: number): boolean => {
      if (typeof value === 'string') return this.#isIn(value, name, folders)
      if (typeof value !== 'object' || value === null) return false
      // Too deep to be read is too deep to be vouched for; other checks hold it.
      if (depth >= maxDepth) return false
      if (Array.isArray(value)) return value.some((each) => look(each, name, depth + 1))
      return Object.entries(value).some(([key, each]) => this.#isIn(key, '', folders) || look(each, key, depth + 1))
    }
    return look(args, '', 0)
  }

  /** `name`: the property that holds the text. */
  #isIn(text: string, name: string, folders: readonly string[]): boolean {
    if (text.length < 4 || text.length > maxText) return false
    const said = plain(text)
    if (/[/\\%]/.test(text) && this.#names.some((each) => holds(said, each))) return true
    const files = this.#files.filter((file) => said.includes(lastOf(file)))
    if (files.length === 0) return false
    // A path to a file has its name in it: most words are no paths to ours.
    const names = files.map(lastOf)
    const mayName = (word: string) => word.includes('%') || names.some((each) => word.includes(each))
    return words(text.normalize('NFC').toLowerCase()).some((word) => {
      if (!mayName(word)) return false
      const path = plain(word)
      // A plain word is a folder only where a path stands: `data` is said of much.
      if (!/[/.]/.test(path) && !(path === said && /path|file|dir|folder/i.test(name))) return false
      return folders.some((folder) => {
        const whole = plain(`${folder}/${path}`)
        return files.some((file) => whole === file || isWithin(file, whole))
      })
    })
  }
}

/** Those of the paths that lie in one of the folders. */
export const pathsIn = (folders: readonly string[], paths: readonly string[]): string[] =>
  paths.filter((path) => folders.some((folder) => isWithin(plain(resolve(folder)), plain(resolve(path)))))

const lastOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1)

const isWithin = (folder: string, path: string): boolean => path.startsWith(`${folder}/`)

/** What may be paths in a text: between blanks, quotes and operators. */
const words = (text: string): string[] => text.split(/[\s"'`=:;|&<>(),@]+/)

/** The name as a path of its own: not in the middle of a longer one’s segment. */
function holds(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = at === 0 ? '' : text.charAt(at - 1)
    const after = text.charAt(at + name.length)
    if (!/[\p{L}\p{N}_.-]/u.test(after) && (name.startsWith('/') || !/[\p{L}\p{N}_.-]/u.test(before))) return true
  }
  return false
}

/** One spelling: forward slashes, nothing encoded, no `.`, `..` or empty segments, lower case. */
function plain(text: string): string {
  let said = text.normalize('NFC').replaceAll('\\', '/')
  if (said.includes('%'))
    said = said.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  const segments: string[] = []
  for (const segment of said.split('/')) {
    if (segment === '.' || (segment === '' && segments.length > 0)) continue
    const last = segments.at(-1)
    if (segment === '..' && last !== undefined && last !== '..' && /^[\p{L}\p{N}_.-]+$/u.test(last)) segments.pop()
    else segments.push(segment)
  }
  return segments.join('/').toLowerCase()
}
