import { gravity, type Sink } from '../../../model/sink.ts'
import type { Found } from '../found/found.ts'
import { Trail } from '../found/trail.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Part } from '../types.ts'
import { Written } from './written.ts'

/** Most parts of one call. */
const maxParts = 1024

/** What is known of a call so far, while its arguments are read one after the other. */
export class Tally {
  sink: Sink
  because: string
  /** The tool, or the operation that is named, is known to make something. */
  makes: boolean
  /** An argument has said which of its tool's acts it is. */
  isDecided = false
  /** What the content of commands says; undefined where there are none. */
  content: { sink: Sink; because: string } | undefined
  /** How many things it is done to, as far as they were counted. */
  items = 0
  /** A bound was reached: there is more in it than was read. */
  isCut = false
  /** The path of its request only asks, whatever is posted there. */
  asks = false
  /** Its request has a body, or a method that sends one. */
  sends = false
  /** One of its texts is a statement that changes something. */
  states = false
  readonly parts: Part[] = []
  readonly made: string[] = []
  readonly leaves: string[] = []
  readonly trail = new Trail()
  readonly written = new Written()
  /** Texts that were patches: what they say of files is told by the files. */
  readonly patches = new Set<Part>()

  constructor({ sink, because, makes }: ToolModel) {
    this.sink = sink
    this.because = because
    this.makes = makes
  }

  set(sink: Sink, because: string): void {
    this.sink = sink
    this.because = because
  }

  /** The gravest that is found counts. */
  raise(sink: Sink, because: string): void {
    if (gravity(sink) > gravity(this.sink)) this.set(sink, because)
  }

  add(part: Part): void {
    if (this.parts.length >= maxParts) this.isCut = true
    else this.parts.push(part)
  }

  /** Takes what was found inside one of its arguments. */
  take(found: Found): void {
    for (const part of found.parts) this.add(part)
    this.written.add(...found.files)
    this.made.push(...found.makes)
    this.leaves.push(...found.leaves)
    this.trail.join(found)
    this.items += found.items
    if (this.content === undefined || gravity(found.sink) > gravity(this.content.sink)) this.content = found
  }
}
