import { set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { type Change, readPatch } from '../files/patch.ts'
import { persistentAt } from '../files/paths.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Part } from '../types.ts'
import type { Leaf } from './walk.ts'

/** What is said of a change, and is no part of what the file is to hold. */
const said =
  /^(?:message|msg|comment|reason|title|description|summary|note|subject|caption|branch|author|committer|action|operation|op|mode|type|encoding)$/
/** What a file is to hold, whatever else the act takes. */
const holds = /^(?:content|data|base64|blob|byte|patch|diff|source|code|newtext|newstr|newstring|filetext)$/
/** Words of a tool or an argument by which a text that is a patch changes files. */
const applies = set('patch diff apply change changeset edit hunk codemod')

/** A text that is a patch is carried out by this tool, and not kept or passed on. */
const isApplied = (name: string, tool: readonly string[]): boolean =>
  [...wordsOf(name), ...tool].some((word) => applies.has(singular(word)))

/** A file that a call writes. */
export interface WrittenFile {
  /** Its path. */
  part: Part
  /** Beginning of the paths of what it is to hold. */
  within: string
  /** What kind of place it is, if it acts later by itself. */
  persistent: string | undefined
}

/** Paths below the object that a value stands in; a path that is a key holds what is its value. */
export const withinOf = ({ path, key, value }: Leaf): string =>
  key === true ? `${path.replace(/#key$/, '').replace(/(?<=.)$/, '.')}${value}` : path.replace(/[^.]*$/, '')

/** The files that one call names, with what it says that they are to hold. */
export class Written {
  readonly #files: WrittenFile[] = []

  add(...files: readonly WrittenFile[]): void {
    this.#files.push(...files)
  }

  /** Parts that one of the files is to hold. Of several in one object each holds all that stands there. */
  #held(file: WrittenFile, parts: readonly Part[]): Part[] {
    const depth = file.within.length
    const deeper = this.#files.filter((other) => other.within.length > depth && other.within.startsWith(file.within))
    return parts.filter(
      ({ role, path, name }) =>
        (role === 'payload' || role === 'command' || path === file.within) &&
        path.startsWith(file.within) &&
        !deeper.some((other) => path.startsWith(other.within)) &&
        !said.test(name.toLowerCase()),
    )
  }

  /** A file that acts later by itself, and whose content goes along: it is written there, and not only sent. */
  sent(parts: readonly Part[]): string | undefined {
    return this.#files.find(
      (file) =>
        file.persistent !== undefined &&
        !/attach/i.test(file.part.path) &&
        this.#held(file, parts).some(
          ({ name, path }) =>
            holds.test(wordsOf(name).map(singular).join('')) || path === file.within || /#/.test(path),
        ),
    )?.persistent
  }

  /**
   * What stays as an order: the content of files that act later by themselves, or undefined where the call does not say which of its
   * parts that is. The other files of the call are what they are anyway, and a branch is only where the change waits.
   */
  orders(parts: readonly Part[]): ReadonlySet<Part> | undefined {
    const orders = new Set<Part>()
    for (const file of this.#files)
      if (file.persistent !== undefined) for (const part of this.#held(file, parts)) orders.add(part)
    if (orders.size === 0) return undefined
    for (const { part, persistent } of this.#files) if (persistent === undefined) part.role = 'payload'
    for (const part of parts)
      if (part.role === 'selector' && /^(?:branch|ref|head|base)$/i.test(part.name)) part.role = 'control'
    return orders
  }
}

/** Code of others that a file names by its owner and version, as pipelines and tools take it in: `owner/name@v1`. */
const reference = /(?<![\w@/.:-])\w[\w.-]{0,60}\/[\w./-]{1,120}@[\w.-]{1,60}/g

/** What is taken in by the content of a file that acts later by itself: looked for by itself, however the file words it. */
export const takenIn = ({ path, name, text }: Part): Part[] =>
  [...new Set(text.match(reference))].slice(0, 32).map((each) => ({ role: 'command', path, name, text: each }))

/** What was written by a call: files, texts that were patches, and whether it holds a statement. */
interface WrittenThere {
  files: Written
  patches: ReadonlySet<Part>
  states: boolean
}

/** What is written where it acts later is an order, not a text: its parts become commands. Answers what these take in besides. */
export function makeOrders(parts: readonly Part[], { files, patches, states }: WrittenThere): Part[] {
  // What a statement is kept under says nothing of what it does.
  if (states)
    for (const part of parts)
      if (part.role === 'selector' && /^(?:name|title|label|version)$/i.test(part.name)) part.role = 'payload'
  const orders = files.orders(parts.filter((part) => !patches.has(part)))
  const taken: Part[] = []
  for (const part of parts)
    if (orders === undefined ? part.role === 'payload' && !/#/.test(part.path) : orders.has(part)) {
      part.role = 'command'
      if (part.kind === 'setting' || part.kind === 'path') delete part.kind
      taken.push(...takenIn(part))
    } else if (part.role === 'command' && (part.kind === 'shell' || part.kind === 'code')) taken.push(...takenIn(part))
  return taken
}

/** What is persistent of the files that URLs lead to. */
export const persistentUrl = (parts: readonly Part[]): string | undefined =>
  parts
    .map(({ role, text }) => (role === 'destination' ? persistentAt(text) : undefined))
    .find((each) => each !== undefined)

/** The files that a text changes where it is a patch, and its tool carries it out. */
export function changesIn(leaf: Leaf, text: string, { sink, words }: ToolModel): readonly Change[] {
  if (sink === 'look' || leaf.key === true || !/\n/.test(text) || !isApplied(leaf.name, words)) return []
  return readPatch(text)
}
