import { type Act, builtAs, builtIn } from '../act/index.ts'
import { identitiesIn } from '../identity/index.ts'
import type { Call, Carried, Examination, Examined } from './call.ts'
import { digestArguments } from './digests/arguments.ts'
import { DigestSet } from './digests/digest-set.ts'
import { digestOfWord, seedOf } from './digests/hash.ts'
import { Joins } from './digests/joins.ts'
import { digestOfNormal, isPlainNumber, tokensOf } from './digests/text.ts'
import { examine } from './examine.ts'
import { flowOf } from './flows/flow.ts'
import { Handed } from './flows/handed.ts'
import { tellsRestricted } from './flows/restricted.ts'
import { KeptReadings } from './kept-readings.ts'
import { memoryLimits } from './limits.ts'
import type { Memory } from './memory.ts'
import type { JournalPosition, MemoryJournal } from './memory-journal.ts'
import { namesIn } from './reading/made.ts'
import { readingOf, toolDigest } from './reading/read.ts'
import type { Reading } from './reading/reading.ts'
import type { Asked, Read } from './remembered.ts'
import { RequestRepeats } from './request/repeats.ts'
import { emptyRequest, joinRequest, readRequest } from './request/request.ts'
import { findWords } from './values/lookup.ts'
import { standOf } from './values/sightings.ts'

export interface TaskMemoryOptions {
  /** The deployment’s own domains; a destination under one of them is internal, another one external. */
  domains?: readonly string[]
  /** A secret of the place that keys the digests, so that nobody outside can look for collisions. */
  key?: string | Buffer
  /** Where the memory is shared and goes on past what fits here; absent: here only. */
  journal?: MemoryJournal | undefined
  /** Under which secret other machines know what this task read; absent: none do. */
  joins?: Joins
  /** What the agent made in earlier tasks, as digests. */
  made?: Set<number>
  /** Brings up to date what is kept of all tasks: other guards of the agent add to it. */
  renew?: () => void
  /** Told of what it makes. */
  onMade?: (digests: readonly number[]) => void
  /** Values of others’ texts that the agent handed on in earlier tasks, as digests. */
  relayed?: Set<number>
  /** Told of what it hands on. */
  onRelayed?: (digests: readonly number[]) => void
}

/** What one task was asked and has read, as bounded keyed digests; no text is kept. No clock and no chance. */
export class TaskMemory {
  /** Words and readings dropped because a bound was reached. */
  evictions = 0
  /** What is told of it for other agents of the trace. */
  readonly handed: Handed
  readonly #memory: Memory & {
    visited: DigestSet
    secrets: DigestSet
    brought: DigestSet
    said: DigestSet
  }
  readonly #joins: Joins
  readonly #options: TaskMemoryOptions
  readonly #domains: readonly string[]
  readonly #made: Set<number>
  readonly #relayed: Set<number>
  readonly #tools = new DigestSet()
  readonly #readings: KeptReadings
  readonly #repeats = new RequestRepeats(memoryLimits.requestWords)
  #request = ''

  constructor(options: TaskMemoryOptions = {}) {
    this.#options = options
    this.#domains = (options.domains ?? []).map((d) => d.toLowerCase().replace(/^[@.]+/, ''))
    this.#made = options.made ?? new Set()
    this.#relayed = options.relayed ?? new Set()
    this.#joins = options.joins ?? new Joins()
    this.handed = new Handed(this.#joins)
    const seed = seedOf(options.key ?? '')
    this.#readings = new KeptReadings(options.journal)
    this.#memory = {
      seed,
      request: emptyRequest(),
      readings: this.#readings.inMemory,
      visited: new DigestSet(),
      isCut: false,
      isTainted: false,
      isSpoken: false,
      secrets: new DigestSet(),
      brought: new DigestSet(),
      said: new DigestSet(),
      isMade: (normal) => this.#made.has(digestOfWord(normal, seed)),
    }
  }

  /** What the principal asked for; call it for each message of the principal’s own. Answers whether it is a new request. */
  addRequest(text: string): boolean {
    this.#join()
    const part = this.#cut(text)
    const request = emptyRequest()
    this.evictions += readRequest(request, part, this.#memory.seed, memoryLimits.requestWords)
    this.handed.ask(request, identitiesIn(part))
    const value = { request, digest: digestOfNormal(`request:${tokensOf(part).join(' ')}`) }
    this.#options.journal?.append(value)
    return this.#ask(value)
  }

  /** An answer is about to go to the agent, and will be read here after: other guards wait for it. */
  expect(): void {
    this.#options.journal?.announce()
  }

  /** What was expected has been read. */
  settle(): void {
    this.#options.journal?.settle()
  }

  /** Writes down what was put off so that no call waited for it. */
  flush(): void {
    this.#options.journal?.flush()
  }

  /** Nothing is asked of it any more. */
  close(): void {
    this.#options.journal?.close()
  }

  /** What a call returned, error texts included; `carried` is what `examine` said of that call. */
  addOutput(source: string, raw: string | object, carried: Carried = {}): void {
    this.addReadings(
      source,
      [typeof raw === 'string' ? { kind: 'text', text: raw } : { kind: 'structured', value: raw }],
      carried,
    )
  }

  /** What a model may read: the answer of a call, with what `examine` said of it, or what comes without one. */
  addReadings(source: string, readings: readonly Reading[], carried?: Carried): void {
    if (carried?.makes !== undefined) this.#makes(carried.makes)
    const { maker } = carried ?? {}
    if (maker !== undefined) this.#makes(readings.flatMap((each) => namesIn(each, maker)).filter(this.#isNew))
    if (carried?.keepsNot === true)
      this.#makes(readings.flatMap(({ text }) => (text === undefined ? [] : builtIn(text).map(builtAs))))
    for (const each of carried?.said ?? [])
      if (this.#memory.said.size < memoryLimits.requestWords) this.#memory.said.add(each)
    const { read, left, met } = this.read(source, readings, carried)
    this.evictions += left
    const fresh = joinUp(this.#relayed, read.relayed, memoryLimits.relayed)
    if (fresh.length > 0) this.#options.onRelayed?.(fresh)
    this.addRead(read)
    this.handed.read(met, this.#memory)
    this.flush()
  }

  /** What readings come to: nothing is remembered. `left`: words and the like that did not fit. */
  read(source: string, readings: readonly Reading[], carried?: Carried): ReturnType<typeof readingOf> {
    return readingOf(source, readings, carried, this.#memory.seed, this.#tools, this.#relayed)
  }

  /** Remembers what was read, perhaps for another task too. */
  addRead(read: Read): void {
    if (read.readings.length > 0 || read.brought.length > 0 || read.relayed.length > 0 || read.isCut)
      this.#take(read, this.#options.journal?.append(read))
  }

  /** Looks at a call before it runs. */
  examine(call: Call): Examined {
    this.#join()
    const tool = toolDigest(call.tool, this.#memory.seed)
    if (tool !== undefined && this.#tools.size < memoryLimits.tools) this.#tools.add(tool)
    const common = { domains: this.#domains, request: this.#request, joins: this.#joins }
    const examination: Examination = { ...call, ...digestArguments(call.args), ...common }
    const memory = { ...this.#memory, server: call.server }
    const examined = examine(memory, examination)
    const { doubt, flow, sink, untrusted } = examined.provenance
    const isAct = sink !== 'own' && sink !== 'look'
    const isBringing = (call.act.brings?.length ?? 0) > 0
    const matters =
      untrusted !== undefined ||
      isBringing ||
      examined.relay.isUnsure ||
      (isAct && (doubt !== undefined || flow === undefined))
    if (!matters || !this.#readings.isMoreAway) return examined
    // What does not fit in memory is looked through only where it could matter.
    const readings = this.#readings.all()
    if (this.#options.journal?.isCut === true) this.#memory.isCut = true
    return examine({ ...memory, isCut: this.#memory.isCut, readings }, examination)
  }

  /** Whether what a call says holds a secret or restricted data that was read, wherever it goes. */
  carriesPrivate(parts: Act['parts']): boolean {
    return flowOf(this.#memory, parts) !== undefined || tellsRestricted(this.#memory, parts)
  }

  #take(read: Read, kept: JournalPosition | undefined): void {
    const memory = this.#memory
    for (const space of read.visited) if (memory.visited.size < memoryLimits.requestWords) memory.visited.add(space)
    for (const secret of read.secrets) {
      if (memory.secrets.size < memoryLimits.secrets) memory.secrets.add(secret)
      else memory.isCut = true
    }
    for (const place of read.brought) {
      if (memory.brought.size < memoryLimits.brought) memory.brought.add(place)
      else memory.isCut = true
    }
    joinUp(this.#relayed, read.relayed, memoryLimits.relayed)
    for (const tool of read.tools) if (this.#tools.size < memoryLimits.tools) this.#tools.add(tool)
    if (read.isCut) memory.isCut = true
    if (read.taints) memory.isTainted = true
    if (read.speaks) memory.isSpoken = true
    const lost = this.#readings.add(read.readings, kept)
    this.evictions += lost
    if (lost > 0) memory.isCut = true
  }

  /** What other guards of the agent were asked and have read in this task. */
  #join(): void {
    const { journal, renew } = this.#options
    if (journal !== undefined) {
      for (const { value, file, end } of journal.pull())
        if ('request' in value) this.#ask(value, file)
        else this.#take(value, { file, end })
      if (journal.isCut) this.#memory.isCut = true
    }
    renew?.()
  }

  /** A new message is a new request: what it names is proof too, and what the old one handed over is no longer. */
  #ask({ request, digest }: Asked, teller = ''): boolean {
    if (!this.#repeats.isNew(digest, teller)) return false
    joinRequest(this.#memory.request, request, memoryLimits.requestWords)
    if (this.#request === '') this.#request = digest
    return true
  }

  /** It stood nowhere before it was made; numbers stand everywhere. */
  readonly #isNew = (name: string): boolean =>
    isPlainNumber(name) || standOf(findWords(this.#memory, name.split(' '))) === 'none'

  #makes(names: readonly string[]): void {
    const digests = names.map((name) => digestOfWord(name, this.#memory.seed))
    const fresh = joinUp(this.#made, digests, memoryLimits.made)
    if (fresh.length > 0) this.#options.onMade?.(fresh)
  }

  #cut(text: string): string {
    if (text.length <= memoryLimits.characters) return text
    this.evictions++
    this.#memory.isCut = true
    return text.slice(0, memoryLimits.characters)
  }
}

/** Adds digests to a set of which the oldest go; answers those that were not in it. */
function joinUp(to: Set<number>, digests: readonly number[], most: number): number[] {
  const fresh = [...new Set(digests)].filter((each) => !to.has(each))
  for (const each of fresh) to.add(each)
  for (const oldest of to) {
    if (to.size <= most) break
    to.delete(oldest)
  }
  return fresh
}
