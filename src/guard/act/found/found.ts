import { gravity, type Sink } from '../../../model/sink.ts'
import type { WrittenFile } from '../call/written.ts'
import { isBuiltName } from '../files/derived.ts'
import type { Change } from '../files/patch.ts'
import { absolutePath, type Ground, landingOf } from '../files/paths.ts'
import type { Part, Role } from '../types.ts'
import { Trail } from './trail.ts'

/** How many a wildcard names at least, when nobody counts them. */
export const many = 100

/** What was found inside one argument: a command, a statement, a path. Parts are under `path`. */
export class Found extends Trail {
  sink: Sink = 'look'
  because = 'reads'
  items = 0
  readonly parts: Part[] = []
  /** Names of what it creates, where nothing of that name may have been there. */
  readonly makes: string[] = []
  /** The files that a patch in it changes. */
  readonly files: WrittenFile[] = []
  /** Whole paths that the line itself creates. */
  readonly creates: string[] = []
  /** The same as they are written there, and whole. */
  readonly leaves: string[] = []
  readonly #path: string
  readonly #name: string

  constructor(path: string, name: string) {
    super()
    this.#path = path
    this.#name = name
  }

  raise(sink: Sink, because: string): void {
    if (gravity(sink) > gravity(this.sink) || (this.because === 'reads' && sink === this.sink)) {
      this.sink = sink
      this.because = because
    }
  }

  /** A path that is read, where the act is when it does so. */
  read(path: string, ground: Ground): void {
    this.part('selector', 'path', path)
    this.reads.push(absolutePath(path, ground))
  }

  part(role: Role, kind: string, text: string, what = kind): void {
    this.#add(this.#partOf(role, kind, text, what))
  }

  #partOf = (role: Role, kind: string, text: string, what = kind): Part => ({
    role,
    path: `${this.#path}#${what}`,
    name: this.#name,
    text: text.slice(0, 16_384),
    kind,
  })

  #add(part: Part): void {
    if (part.text !== '' && this.parts.length < 256) this.parts.push(part)
  }

  /** One command of a line: where another one destroys, what this one works on does not go with it. */
  step(run: () => void): void {
    const { sink, because } = this
    const from = this.parts.length
    this.#say('look', 'reads')
    run()
    const own = { sink: this.sink, because: this.because }
    if (own.sink !== 'irreversible') for (const part of this.parts.slice(from)) part.spared ??= 'beside'
    this.#say(sink, because)
    this.raise(own.sink, own.because)
  }

  #say(sink: Sink, because: string): void {
    this.sink = sink
    this.because = because
  }

  /** A file or folder that is there after this, and was not before as far as the line tells. */
  create(path: string, ground: Ground): void {
    const at = absolutePath(path, ground)
    this.creates.push(at)
    this.leaves.push(path, at)
  }

  /** A path that is gone after this, or a pattern of paths. */
  gone(path: string, ground: Ground, how: { isPattern: boolean; isKept?: boolean }): void {
    const at = absolutePath(path, ground)
    const whole = how.isPattern || at === path ? {} : { whole: at }
    const isOfLine = !how.isPattern && this.creates.some((each) => at === each || at.startsWith(`${each}/`))
    this.#add({
      ...this.#partOf('selector', 'path', path),
      ...whole,
      ...(how.isKept === true ? { spared: 'beside' as const } : {}),
      ...(isOfLine ? { isOfLine: true as const } : {}),
      ...(isBuiltName(path) && landingOf(path, ground).in === 'inside' && ground.roots.length > 0
        ? { isBuilt: true as const }
        : {}),
    })
  }

  /** Where it is done: nothing of it goes. */
  place(kind: string, text: string): void {
    this.#add({ ...this.#partOf('selector', kind, text), spared: 'place' })
  }

  /** A thing of a database that is dropped; `isOfLine`: the same text created it before. */
  dropped(name: string, isOfLine: boolean): void {
    this.#add({ ...this.#partOf('selector', 'table', name), ...(isOfLine ? { isOfLine: true as const } : {}) })
  }

  /** A patch changes a file: it is written with what the patch adds to it. */
  change({ path, added, removes }: Change, ground: Ground): void {
    if (this.files.length >= 200) return
    const within = `${this.#path}#${this.files.length}.`
    const part: Part = { role: 'selector', path: `${within}file`, name: 'file', text: path, kind: 'path' }
    this.parts.push(part)
    if (added !== '') this.parts.push({ role: 'payload', path: `${within}added`, name: 'added', text: added })
    this.files.push({ part, within, persistent: landingOf(path, ground).persistent })
    this.#land(path, ground, removes === true ? 'removes' : 'writes')
    if (removes === true) this.items++
  }

  /** Something writes to, or removes, a path. */
  write(path: string, ground: Ground, what: 'writes' | 'removes' = 'writes'): void {
    this.part('selector', 'path', path)
    this.#land(path, ground, what)
  }

  #land(path: string, ground: Ground, what: 'writes' | 'removes'): void {
    if (what === 'writes') this.writes.push(absolutePath(path, ground))
    const landing = landingOf(path, ground)
    const shown = path.slice(0, 80)
    if (what === 'removes') this.raise('irreversible', `removes ${shown}`)
    else if (landing.persistent !== undefined) this.raise('persistence', `writes to a ${landing.persistent}, ${shown}`)
    else if (landing.in === 'outside') this.raise('irreversible', `writes outside the roots, ${shown}`)
    else this.raise('own', `writes ${shown}`)
  }
}
