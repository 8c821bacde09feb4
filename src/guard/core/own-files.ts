import { homedir } from 'node:os'
import { resolve } from 'node:path'

const maxDepth = 32
const maxText = 1_048_576

/**
 * The guard’s own files: who can write there can approve his own acts, forget what was read, or read what is kept. A call
 * whose arguments name them does not run, however the path is written: absolute, from home, by `..`, as a URI. Blind spot: a
 * command that puts the name together only when it runs.
 */
export class OwnFiles {
  readonly #names: readonly string[]

  constructor(paths: readonly string[], home = homedir()) {
    const names = new Set<string>()
    const from = plain(resolve(home))
    for (const path of paths) {
      const whole = plain(resolve(path))
      // The root, a whole home or an unset path would hold everything.
      if (whole.split('/').length < 3 || whole === from) continue
      names.add(whole)
      if (whole.startsWith(`${from}/`)) names.add(whole.slice(from.length + 1))
    }
    this.#names = [...names]
  }

  /** Whether some text of the arguments names one of them. */
  isNamed(args: unknown): boolean {
    if (this.#names.length === 0) return false
    const look = (value: unknown, depth: number): boolean => {
      if (typeof value === 'string') return this.#isIn(value)
      if (typeof value !== 'object' || value === null) return false
      // Too deep to be read is too deep to be vouched for; other checks hold it.
      if (depth >= maxDepth) return false
      if (Array.isArray(value)) return value.some((each) => look(each, depth + 1))
      return Object.entries(value).some(([key, each]) => this.#isIn(key) || look(each, depth + 1))
    }
    return look(args, 0)
  }

  #isIn(text: string): boolean {
    if (text.length < 4 || text.length > maxText || !/[/\\%]/.test(text)) return false
    const said = plain(text)
    return this.#names.some((name) => holds(said, name))
  }
}

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
