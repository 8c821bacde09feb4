import { absolutePath, type Ground } from '../files/paths.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Act, Part } from '../types.ts'

/** Words of a property that names where something goes to. */
const into = /dest|target|(?:^|[^a-z])to(?:[^a-z]|$)|new|out|into/i
const archive = /\.(?:tar(?:\.\w+)?|t[gbx]z\d?|zip|7z|rar|whl|gem|crate|nupkg)$/i

/** What an act does with files and places beside its effect: whole paths of what it brings from elsewhere, runs, reads and writes. */
export class Trail {
  /** It tells the places that it only visits more than where they are: a login, a statement, arguments. */
  adds = false
  readonly brings: string[] = []
  readonly runs: string[] = []
  readonly reads: string[] = []
  readonly writes: string[] = []

  join(other: Trail): void {
    this.adds ||= other.adds
    for (const kind of ['brings', 'runs', 'reads', 'writes'] as const) this[kind].push(...other[kind])
  }

  /** What the arguments of a tool say that is no shell: it keeps what it fetches, writes its content, copies or moves. */
  ofParts(parts: readonly Part[], { words, side, sink }: ToolModel, ground: Ground): void {
    const paths = parts.filter(({ role, kind, path }) => role === 'selector' && kind === 'path' && !path.includes('#'))
    const fetches =
      (side.fetches || words.includes('save')) &&
      parts.some(({ role, kind }) => role === 'destination' && kind === 'url')
    if (sink === 'look' && !fetches) return
    const writes = parts.some(({ role }) => role === 'payload')
    const isFolder = words.some((word) => /^(?:clone|extract|unzip|unpack)$/.test(word))
    for (const { text, name } of paths) {
      const path = absolutePath(text, ground)
      if (fetches) this.brings.push(isFolder ? `${path}/` : path)
      else if (writes || into.test(name)) this.writes.push(isFolder ? `${path}/` : path)
      else this.reads.push(path)
    }
  }

  /** For the act. What goes into a whole root is known there by its own name only. */
  summary(roots: readonly string[]): Pick<Act, 'adds' | 'brings' | 'runs' | 'reads' | 'writes'> {
    const isWide = (path: string) => {
      const bare = path.replace(/\/$/, '')
      return bare === '' || roots.some((root) => root === bare || root.startsWith(`${bare}/`))
    }
    const inside = (path: string) =>
      isWide(path)
        ? this.reads.map((from) => {
            const name = from.replace(/\/$/, '').split('/').at(-1) ?? ''
            const folder = name.replace(archive, '')
            return `${path.replace(/\/$/, '')}/${folder === name ? name : `${folder}/`}`
          })
        : [path]
    const brings = this.brings.filter((path) => !isWide(path))
    const writes = this.writes.flatMap(inside)
    return {
      ...(this.adds ? { adds: true as const } : {}),
      ...(brings.length > 0 ? { brings } : {}),
      ...(this.runs.length > 0 ? { runs: this.runs } : {}),
      ...(this.reads.length > 0 ? { reads: this.reads } : {}),
      ...(writes.length > 0 ? { writes } : {}),
    }
  }
}
