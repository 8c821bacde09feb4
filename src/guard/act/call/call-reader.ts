import { classOf } from '../../../formats/kit/action-class.ts'
import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { messages } from '../../../formats/kit/tool-name/nouns.ts'
import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { gravity, type Sink } from '../../../model/sink.ts'
import type { ActContext } from '../context.ts'
import type { Change } from '../files/patch.ts'
import { absolutePath, type Ground, landingOf } from '../files/paths.ts'
import { Found, many } from '../found/found.ts'
import { Trail } from '../found/trail.ts'
import { roleOfLeaf } from '../roles/leaf-role.ts'
import { roleOf, silent } from '../roles/roles.ts'
import { isWildcard, mailboxList } from '../roles/shape.ts'
import { isProgram } from '../shell/programs.ts'
import { isSqlLine } from '../sql/line.ts'
import type { ToolModel } from '../tool/model.ts'
import { leavesNew, operationOf, saysOperation } from '../tool/operation.ts'
import { lineOf } from '../tool/program.ts'
import type { Act, Part } from '../types.ts'
import {
  asking,
  isLowered,
  isTelling,
  isVisit,
  mayLower,
  methodic,
  namedIn,
  namesUnder,
  nested,
  quoted,
  staging,
  talksGraphql,
  workFolder,
} from './call-names.ts'
import { leadsOfPage, readContents } from './contents.ts'
import { sparePlaces } from './destroyed.ts'
import { operationsIn, valuesIn } from './documents.ts'
import { Execution } from './executed.ts'
import { flagEffect, opensToAll } from './flags.ts'
import { isPartOfFile } from './in-file.ts'
import { stageOf } from './stages.ts'
import { toldAims } from './told-aims.ts'
import { type Leaf, leavesOf } from './walk.ts'
import { workloadOf } from './workload.ts'
import { changesIn, makeOrders, persistentUrl, Written, withinOf } from './written.ts'

export class CallReader {
  readonly #model: ToolModel
  readonly #ground: Ground
  readonly #context: ActContext
  readonly #parts: Part[] = []
  #sink: Sink
  #because: string
  /** The tool, or the operation that is named, is known to make something. */
  #makes: boolean
  /** What the content of commands says; undefined where there are none. */
  #content: { sink: Sink; because: string } | undefined
  #items = 0
  #sends = false
  readonly #made: string[] = []
  readonly #leaves: string[] = []
  readonly #trail = new Trail()
  readonly #written = new Written()
  /** Texts that were patches: what they say of files is told by the files. */
  readonly #patches = new Set<Part>()
  #cut = false
  #asks = false
  #decided = false
  /** There is one argument: content of a file has a path beside it. */
  #alone = false
  #execution: Execution | undefined
  /** One of its texts is a statement that changes something. */
  #states = false
  /** Commands given word by word, by the path of their list. */
  readonly #argv = new Map<string, string[]>()

  constructor(model: ToolModel, context: ActContext) {
    this.#model = model
    this.#context = context
    this.#ground = { roots: context.roots, ...(context.home === undefined ? {} : { home: context.home }) }
    this.#sink = model.sink
    this.#because = model.because
    this.#makes = model.makes
  }

  read(args: unknown): Act {
    const model = this.#model
    const { leaves: given, counts, cut } = leavesOf(args, (pattern) => namesUnder(model, pattern))
    this.#cut = cut
    this.#alone = given.length === 1
    const leaves = given.flatMap((leaf) => this.#opened(leaf))
    for (const leaf of leaves) if (this.#isOperation(leaf)) this.#operation(String(leaf.value), leaf)
    this.#runs(args)
    const stage = stageOf(args, this.#model.words)
    if (stage !== undefined) this.#raise(stage.sink, stage.because)
    const folder = leaves.find(({ name, value }) => workFolder.test(name) && typeof value === 'string')
    if (folder !== undefined) {
      this.#ground.started = absolutePath(String(folder.value), this.#ground)
      if (this.#ground.roots.length > 0) this.#ground.cwd = this.#ground.started
    }
    this.#asks = leaves.some(({ name, value }) => name === 'path' && asking.test(String(value)))
    const line = this.#line(leaves)
    const fixed = this.#context.table?.sink ?? model.table?.sink
    if (fixed === undefined) this.#execution = new Execution(model, leaves, this.#ground)
    for (const leaf of leaves) if (line?.has(leaf) !== true) this.#leaf(leaf)
    for (const [path, words] of this.#argv) this.#command('shell', words.map(quoted).join(' '), { path, name: path })
    this.#settle(leaves)
    this.#trail.ofParts(this.#parts, model, this.#ground)
    if (fixed !== undefined) [this.#sink, this.#because] = [fixed, 'the table']
    if (this.#sink === 'persistence' && model.sink !== 'persistence') {
      const written = { files: this.#written, patches: this.#patches, states: this.#states }
      for (const part of makeOrders(this.#parts, written)) this.#add(part)
    }
    if (this.#sink === 'irreversible' && this.#content === undefined) {
      if (fixed === undefined && isPartOfFile(this.#parts, model.words, this.#ground)) {
        this.#sink = 'own'
        this.#because = `${this.#because}, within a file under the roots`
      } else sparePlaces(this.#parts, model.words)
    }
    const action = this.#sink === model.sink ? model.action : classOf(this.#sink)
    const destroys = this.#sink === 'irreversible' || this.#sink === 'outward' || this.#sink === 'money'
    const named = namedIn(counts, model, this.#sink)
    const isMaker = /^(?:own|shared|outward)$/.test(this.#sink) && this.#makes
    return {
      sink: this.#sink,
      action,
      parts: this.#parts,
      items: destroys ? Math.max(1, this.#items, named) : Math.max(1, this.#items),
      because: this.#because,
      ...(this.#sink === 'shared' && model.from === 'nothing' && !this.#decided && this.#content === undefined
        ? { unclear: true as const }
        : {}),
      ...(model.opens ? { opens: true as const } : {}),
      ...(isMaker || this.#sink === 'own' ? { makes: true as const } : {}),
      ...(isMaker ? { maker: model.words } : {}),
      ...(this.#made.length > 0 ? { made: this.#made } : {}),
      ...(this.#leaves.length > 0 ? { leaves: this.#leaves } : {}),
      ...this.#trail.told(this.#ground.roots),
      ...(this.#cut ? { cut: true as const } : {}),
    }
  }

  #raise(sink: Sink, because: string): void {
    if (gravity(sink) <= gravity(this.#sink)) return
    this.#sink = sink
    this.#because = because
  }

  #isOperation = (leaf: Leaf): boolean =>
    leaf.operation === true ||
    this.#model.operations.has(leaf.pattern) ||
    (this.#model.sink !== 'look' && this.#model.from !== 'table' && saysOperation(leaf))

  /** One of several acts of a tool, named by an argument: it decides where the name leaves it open, else it may raise. */
  #operation(value: string, leaf: Leaf): void {
    const words = operationOf(value)
    const because = `its operation “${value.slice(0, 40)}”`
    if (this.#model.open && this.#model.from !== 'table' && isTelling(words)) {
      if (mayLower(leaf, this.#model)) this.#decide('look', because)
      return
    }
    // Its own verb counts, not that of a tool that is called `…_write`.
    const isActing = words.some((word) => plainVerbs.has(word)) || eitherVerbs.has(words[0] ?? '')
    const of = isActing ? this.#model.words.filter((word) => !plainVerbs.has(word)) : this.#model.words
    const reading = readName([...words, ...of].join('_'))
    if (reading === undefined) return
    this.#makes = leavesNew(reading.doing)
    this.#decide(reading.sink, because)
  }

  /** An argument says what the act is: the gravest of several counts. */
  #decide(sink: Sink, because: string): void {
    const { open, from } = this.#model
    if (!open || from === 'table' || this.#decided) this.#raise(sink, because)
    else {
      this.#sink = sink
      this.#because = because
    }
    this.#decided = true
  }

  /** A leaf with what its text holds, where that is a document of acts or of the values of one. */
  #opened(leaf: Leaf): Leaf[] {
    const { sink, open } = this.#model
    const { value, name } = leaf
    if (typeof value !== 'string' || leaf.key === true) return [leaf]
    const isInert = sink === 'look' || sink === 'own'
    const isFree = (open || sink === 'execution') && !isInert
    const operations = isFree || (sink !== 'own' && talksGraphql.test(name)) ? operationsIn(leaf, value) : undefined
    const values =
      operations ??
      (isFree || (nested.test(name) && (this.#alone || !isInert)) ? valuesIn(leaf, value, isFree) : undefined)
    if (values === undefined) return [leaf]
    this.#cut ||= values.cut
    if (values.onlyAsks) this.#decide('look', 'a document that only asks')
    this.#runs(values.value)
    const inner = values.isDocument
      ? values.leaves
      : values.leaves.filter((each) => !nested.test(each.name) || each.above.length > 0)
    return [{ ...leaf, held: true }, ...inner]
  }

  /** What objects of a cluster make it do. */
  #runs(value: unknown): void {
    const workload = /^(?:look|own)$/.test(this.#model.sink) ? undefined : workloadOf(value)
    if (workload !== undefined) this.#raise(workload.sink, workload.because)
  }

  /** The command line of the program that the tool runs; answers the leaves that it is made of. */
  #line(leaves: readonly Leaf[]): ReadonlySet<Leaf> | undefined {
    const { program } = this.#model
    const line = program === undefined ? undefined : lineOf(leaves)
    if (program === undefined || line === undefined || isSqlLine(line.text, this.#model.talksSql)) return undefined
    const [head = ''] = line.text.trim().split(/\s/, 1)
    const isWhole = head === program.name || (!program.isSure && (isProgram(head) || !/^[a-z][\w-]*$/i.test(head)))
    const text = isWhole ? line.text : `${program.name} ${line.text}`
    this.#add({ role: 'command', path: line.path, name: line.name, text: line.text, kind: 'shell' })
    this.#command('shell', text, line, !program.isKnown)
    return line.used
  }

  #leaf(leaf: Leaf): void {
    const { value, name, path } = leaf
    if (typeof value === 'boolean') {
      const set = value && this.#model.sink !== 'look' ? flagEffect(name, this.#model.sink) : undefined
      if (set !== undefined) this.#raise(set, `“${name.slice(0, 40)}” is set`)
      if (opensToAll(name, String(value))) this.#opens(name)
      this.#add({ role: 'control', path, name, text: String(value) })
      return
    }
    const text = String(value)
    if (text === '') return
    if (leaf.pointer === true || (this.#isOperation(leaf) && !this.#model.operations.has(leaf.pattern))) {
      this.#add({ role: 'control', path, name, text: leaf.pointer ? text : wordsOf(text).join(' ') })
      if (methodic.test(name)) this.#method(text)
      return
    }
    const role = roleOfLeaf(leaf, text, this.#model, this.#context.table, this.#sink)
    // Names of options, where nothing says that they name things.
    if (leaf.key === true && role.role === 'selector' && !/[\d@:/.]/.test(text)) return
    if (leaf.key === true && /^[a-z]+(?:_?[A-Z]?[a-z]+)*$/.test(text) && this.#isProperty(text)) return
    // What it holds is told beside it.
    if (leaf.held === true && (role.role === 'selector' || role.role === 'destination')) {
      this.#add({ role: 'payload', path, name, text })
      return
    }
    const kind = role.kind === '' ? undefined : role.kind
    const executed = role.role === 'command' ? undefined : this.#execution?.of(leaf, text)
    if (executed !== undefined) {
      const { kind: as, text: run, found } = executed
      this.#add({ role: 'command', path, name, kind: as, text: run })
      this.#states ||= as === 'sql'
      if (found === undefined) this.#command(as, run, leaf)
      else this.#take(found)
      return
    }
    const changes = changesIn(leaf, text, this.#model)
    if (changes.length > 0) {
      this.#patch(leaf, text, changes)
      return
    }
    const list = role.role === 'destination' ? mailboxList(text) : undefined
    for (const each of list ?? [text])
      this.#add({
        role: role.role,
        path,
        name,
        text: each,
        ...(kind === undefined ? {} : { kind: list === undefined ? kind : 'mailbox' }),
      })
    if (role.role === 'command' && kind !== 'setting' && kind !== 'package' && kind !== 'prompt') {
      const list = /^(.*)\[\d+\]$/.exec(path)?.[1]
      // One program as a list of its words.
      if (kind === 'shell' && list !== undefined) this.#argv.set(list, [...(this.#argv.get(list) ?? []), text])
      else this.#command(kind, text, leaf)
    }
    if (role.role === 'payload' && /<[a-z]/i.test(text)) this.#page(leaf, text)
    for (const aim of toldAims(name, text, this.#sink))
      this.#add({ role: 'destination', path: `${path}#told`, name, ...aim })
    if (role.role === 'selector' && kind === 'path') this.#path(text, withinOf(leaf))
    if (
      /^(?:event|state|status|action|visibility|type|decision|verdict|vote|review|outcome|resolution|response)$/i.test(
        name,
      ) &&
      /^\s*approved?\s*$/i.test(text)
    )
      this.#raise('approval', `${name} is “${text.slice(0, 20)}”`)
    if (opensToAll(name, text)) this.#opens(name)
    if (methodic.test(name)) this.#method(text)
    else if (/^(?:body|payload|data|form|formdata|json|files?)$/i.test(leaf.above[0] ?? name)) this.#sends = !this.#asks
    if ((role.role === 'selector' || role.role === 'destination') && isWildcard(text) && kind !== 'shell')
      this.#items += many
    if (list !== undefined) this.#items += list.length
  }

  /** What is there already is a right that is given; what is made so only leaves. */
  #opens(name: string): void {
    if (this.#model.sink === 'look' || this.#model.sink === 'own') return
    this.#raise(this.#makes ? 'outward' : 'persistence', `“${name.slice(0, 40)}” opens it to everybody`)
  }

  /** A key that is what properties are called, though no schema declares it. */
  #isProperty = (key: string): boolean => roleOf({ name: key, type: 'string' }, this.#model.side).because !== silent

  #add(part: Part): void {
    if (this.#parts.length >= 1024) this.#cut = true
    else this.#parts.push(part)
  }

  #command(kind: string | undefined, text: string, leaf: Pick<Leaf, 'path' | 'name'>, isClient = false): void {
    const { projectPrograms } = this.#context
    const found = readContents(kind, text, leaf, this.#model, this.#ground, projectPrograms, isClient)
    if (kind === 'sql' && found.because === 'reads' && this.#model.side.sink === 'look' && found.parts.length === 0)
      return
    this.#take(found)
  }

  #take(found: Found): void {
    for (const part of found.parts) this.#add(part)
    this.#written.add(...found.files)
    this.#made.push(...found.makes)
    this.#leaves.push(...found.leaves)
    this.#trail.join(found)
    this.#items += found.items
    if (this.#content === undefined || gravity(found.sink) > gravity(this.#content.sink)) this.#content = found
  }

  /** Where a write lands. Reading anywhere is a look; the agent's own space is under its roots. */
  #path(text: string, within: string): void {
    const { sink, words } = this.#model
    const written = this.#parts.at(-1)
    const whole = absolutePath(text, this.#ground)
    if (written !== undefined && sink !== 'look' && whole !== text && !isWildcard(text)) written.whole = whole
    if (sink === 'look' || sink === 'irreversible' || sink === 'execution' || sink === 'approval') return
    // What is put under version control stands there already.
    if (words.includes('git') && words.some((word) => staging.has(word))) return
    const landing = landingOf(text, this.#ground)
    const part = this.#parts.at(-1)
    if (part !== undefined) this.#written.add({ part, within, persistent: landing.persistent })
    // What is sent may only be told of by its path: its content says more.
    if (landing.persistent !== undefined && sink !== 'outward')
      this.#raise('persistence', `writes to a ${landing.persistent}`)
    else if (landing.in === 'outside' && sink === 'own') this.#raise('irreversible', 'writes outside the roots')
  }

  /** A page that others open leads them where it loads code from, and where its code leads. */
  #page({ path, name }: Leaf, text: string): void {
    if (this.#model.sink !== 'shared' && this.#model.sink !== 'outward') return
    for (const part of leadsOfPage({ path, name }, text, this.#model, this.#ground)) this.#add(part)
  }

  /** Each file of a patch is written with what the patch adds to it. */
  #patch({ path, name }: Leaf, text: string, changes: readonly Change[]): void {
    const whole: Part = { role: 'payload', path, name, text }
    this.#add(whole)
    this.#patches.add(whole)
    const found = new Found(path, name)
    for (const change of changes) found.change(change, this.#ground)
    this.#take(found)
  }

  #method(text: string): void {
    const method = text.toUpperCase()
    if (method === 'DELETE') this.#raise('irreversible', 'a DELETE')
    if (!/^(?:POST|PUT|PATCH)$/.test(method) || (method === 'POST' && this.#asks)) return
    this.#sends = true
    this.#raise('outward', `a ${method}`)
  }

  #settle(leaves: readonly Leaf[]): void {
    const { sink } = this.#model
    if (this.#content !== undefined) {
      // A command says what it does better than the tool that runs it; nothing else is lowered by what it holds.
      const lowers = this.#sink === sink && isLowered(this.#model, this.#content.sink, this.#patches.size > 0, leaves)
      if (lowers) {
        this.#sink = this.#content.sink
        this.#because = this.#content.because
      } else this.#raise(this.#content.sink, this.#content.because)
    }
    // What a message brings along stays what it is.
    if (this.#model.sink === 'outward' && new Nouns(this.#model.words).in(messages) === undefined) {
      const written = this.#written.sent(this.#parts)
      if (written !== undefined) this.#raise('persistence', `writes to a ${written}`)
    }
    // A file of a repository behind an API stands in the URL that is written to.
    if (this.#sink === 'outward' && (this.#sends || this.#content?.sink === 'outward')) {
      const persistent = persistentUrl(this.#parts)
      if (persistent !== undefined) this.#raise('persistence', `writes to a ${persistent}`)
    }
    // A request without a body or with a reading method is a visit.
    if (this.#model.requests && this.#sink === 'outward' && !this.#sends) {
      if (this.#asks || isVisit(leaves)) {
        this.#sink = 'look'
        this.#because = 'a request that sends nothing but its URL'
      }
    }
  }
}
