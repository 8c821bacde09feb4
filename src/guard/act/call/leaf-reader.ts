import { wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { ActContext } from '../context.ts'
import type { Change } from '../files/patch.ts'
import { absolutePath, type Ground, landingOf } from '../files/paths.ts'
import { Found, many } from '../found/found.ts'
import { roleOfLeaf } from '../roles/leaf-role.ts'
import { type RoleOf, roleOf, silent } from '../roles/roles.ts'
import { isWildcard, mailboxList } from '../roles/shape.ts'
import { isProgram } from '../shell/programs.ts'
import { isSqlLine } from '../sql/line.ts'
import type { ToolModel } from '../tool/model.ts'
import { lineOf } from '../tool/program.ts'
import type { Part } from '../types.ts'
import { aimsInText } from './aims-in-text.ts'
import { methodic, quoted, staging } from './call-names.ts'
import { leadsOfPage, readContents } from './contents.ts'
import type { Execution } from './executed.ts'
import { flagEffect, opensToAll, throwsAway } from './flags.ts'
import type { Tally } from './tally.ts'
import type { Leaf } from './walk.ts'
import type { WhichAct } from './which-act.ts'
import { changesIn, withinOf } from './written.ts'

/** Names of arguments that say how something is decided: `state: approved`. */
const verdictName =
  /^(?:event|state|status|action|visibility|type|decision|verdict|vote|review|outcome|resolution|response)$/i

/** Reads the arguments of one call, value by value, into its tally. */
export class LeafReader {
  readonly #model: ToolModel
  readonly #context: ActContext
  readonly #ground: Ground
  readonly #tally: Tally
  readonly #which: WhichAct
  /** Which of its texts run; absent where the operator's table says what the tool does. */
  readonly #execution: Execution | undefined
  /** Commands given word by word, by the path of their list. */
  readonly #argv = new Map<string, string[]>()

  constructor(
    model: ToolModel,
    context: ActContext,
    ground: Ground,
    tally: Tally,
    which: WhichAct,
    execution: Execution | undefined,
  ) {
    this.#model = model
    this.#context = context
    this.#ground = ground
    this.#tally = tally
    this.#which = which
    this.#execution = execution
  }

  readAll(leaves: readonly Leaf[]): void {
    const line = this.#line(leaves)
    for (const leaf of leaves) if (line?.has(leaf) !== true) this.#leaf(leaf)
    for (const [path, words] of this.#argv) this.#command('shell', words.map(quoted).join(' '), { path, name: path })
  }

  /** The command line of the program that the tool runs; answers the leaves that it is made of. */
  #line(leaves: readonly Leaf[]): ReadonlySet<Leaf> | undefined {
    const { program } = this.#model
    const line = program === undefined ? undefined : lineOf(leaves)
    if (program === undefined || line === undefined || isSqlLine(line.text, this.#model.talksSql)) return undefined
    const [head = ''] = line.text.trim().split(/\s/, 1)
    const isWhole = head === program.name || (!program.isSure && (isProgram(head) || !/^[a-z][\w-]*$/i.test(head)))
    const text = isWhole ? line.text : `${program.name} ${line.text}`
    this.#tally.add({ role: 'command', path: line.path, name: line.name, text: line.text, kind: 'shell' })
    this.#command('shell', text, line, !program.isKnown)
    return line.used
  }

  #leaf(leaf: Leaf): void {
    const { value, name, path } = leaf
    if (typeof value === 'boolean') {
      this.#flag(leaf, value)
      return
    }
    const text = String(value)
    if (text === '') return
    if (this.#model.options.has(leaf.pattern) && /^(?:true|1|yes|on)$/i.test(text)) {
      this.#flag(leaf, true)
      return
    }
    if (leaf.pointer === true || (this.#which.isOperation(leaf) && !this.#model.operations.has(leaf.pattern))) {
      this.#tally.add({ role: 'control', path, name, text: leaf.pointer ? text : wordsOf(text).join(' ') })
      if (methodic.test(name)) this.#method(text)
      return
    }
    const role = roleOfLeaf(leaf, text, this.#model, this.#context.table, this.#tally.sink)
    if (leaf.key === true && this.#isOption(role, text)) return
    // What it holds is told beside it.
    if (leaf.held === true && (role.role === 'selector' || role.role === 'destination')) {
      this.#tally.add({ role: 'payload', path, name, text })
      return
    }
    const executed = role.role === 'command' ? undefined : this.#execution?.of(leaf, text)
    if (executed !== undefined) {
      const { kind: as, text: run, found } = executed
      this.#tally.add({ role: 'command', path, name, kind: as, text: run })
      this.#tally.states ||= as === 'sql'
      if (found === undefined) this.#command(as, run, leaf)
      else this.#tally.take(found)
      return
    }
    const changes = changesIn(leaf, text, this.#model)
    if (changes.length > 0) this.#patch(leaf, text, changes)
    else this.#value(leaf, text, role)
  }

  #flag({ name, path, pattern }: Leaf, isSet: boolean): void {
    const option = isSet ? this.#model.options.get(pattern) : undefined
    if (option !== undefined) this.#tally.raise(option.sink, `“${name.slice(0, 40)}” is set, ${option.because}`)
    const effect = isSet && this.#model.sink !== 'look' ? flagEffect(name, this.#model.sink) : undefined
    if (effect !== undefined) this.#tally.raise(effect, `“${name.slice(0, 40)}” is set`)
    if (opensToAll(name, String(isSet))) this.#opens(name)
    this.#tally.add({ role: 'control', path, name, text: String(isSet) })
  }

  /** A key that is the name of an option or property, and names no thing. */
  #isOption({ role }: RoleOf, key: string): boolean {
    if (role === 'selector' && !/[\d@:/.]/.test(key)) return true
    return (
      /^[a-z]+(?:_?[A-Z]?[a-z]+)*$/.test(key) &&
      // What properties are called, though no schema declares it.
      roleOf({ name: key, type: 'string' }, this.#model.side).because !== silent
    )
  }

  /** A value by what it is for. */
  #value(leaf: Leaf, text: string, { role, kind: named }: RoleOf): void {
    const { name, path } = leaf
    if (this.#model.sink === 'shared' && !this.#tally.makes && throwsAway(this.#model.words, name, text)) {
      // It says what is done, and is not what it is done to.
      this.#tally.add({ role: 'control', path, name, text })
      this.#tally.raise('irreversible', `“${text.slice(0, 20)}” is put on it`)
      return
    }
    const kind = named === '' ? undefined : named
    const list = role === 'destination' ? mailboxList(text) : undefined
    for (const each of list ?? [text])
      this.#tally.add({
        ...{ role, path, name, text: each },
        ...(kind === undefined ? {} : { kind: list === undefined ? kind : 'mailbox' }),
      })
    if (role === 'command' && kind !== 'setting' && kind !== 'package' && kind !== 'prompt') {
      const argv = /^(.*)\[\d+\]$/.exec(path)?.[1]
      // One program as a list of its words.
      if (kind === 'shell' && argv !== undefined) this.#argv.set(argv, [...(this.#argv.get(argv) ?? []), text])
      else this.#command(kind, text, leaf)
    }
    if (role === 'payload' && /<[a-z]/i.test(text)) this.#page(leaf, text)
    for (const aim of aimsInText(name, text, this.#tally.sink))
      this.#tally.add({ role: 'destination', path: `${path}#told`, name, ...aim })
    if (role === 'selector' && kind === 'path') this.#path(text, withinOf(leaf))
    if (verdictName.test(name) && /^\s*approved?\s*$/i.test(text))
      this.#tally.raise('approval', `${name} is “${text.slice(0, 20)}”`)
    if (opensToAll(name, text)) this.#opens(name)
    if (methodic.test(name)) this.#method(text)
    else if (/^(?:body|payload|data|form|formdata|json|files?)$/i.test(leaf.above[0] ?? name))
      this.#tally.sends = !this.#tally.asks
    if ((role === 'selector' || role === 'destination') && isWildcard(text) && kind !== 'shell')
      this.#tally.items += many
    if (list !== undefined) this.#tally.items += list.length
  }

  /** What is there already is a right that is given; what is made so only leaves. */
  #opens(name: string): void {
    if (this.#model.sink === 'look' || this.#model.sink === 'own') return
    this.#tally.raise(this.#tally.makes ? 'outward' : 'persistence', `“${name.slice(0, 40)}” opens it to everybody`)
  }

  #command(kind: string | undefined, text: string, leaf: Pick<Leaf, 'path' | 'name'>, isClient = false): void {
    const { projectPrograms } = this.#context
    const found = readContents(kind, text, leaf, this.#model, this.#ground, projectPrograms, isClient)
    if (kind === 'sql' && found.because === 'reads' && this.#model.side.sink === 'look' && found.parts.length === 0)
      return
    this.#tally.take(found)
  }

  /** Where a write lands. Reading anywhere is a look; the agent's own space is under its roots. */
  #path(text: string, within: string): void {
    const { sink, words } = this.#model
    const written = this.#tally.parts.at(-1)
    const whole = absolutePath(text, this.#ground)
    if (written !== undefined && sink !== 'look' && whole !== text && !isWildcard(text)) written.whole = whole
    if (sink === 'look' || sink === 'irreversible' || sink === 'execution' || sink === 'approval') return
    // What is put under version control stands there already.
    if (words.includes('git') && words.some((word) => staging.has(word))) return
    const { persistent, in: where } = landingOf(text, this.#ground)
    if (written !== undefined) this.#tally.written.add({ part: written, within, persistent })
    // An empty folder does nothing later; what is put there is judged when it is.
    const isFolder = this.#model.makes && words.some((word) => /^(?:folder|director(?:y|ies)|dir|mkdir)s?$/.test(word))
    // What is sent may only be told of by its path: its content says more.
    if (persistent !== undefined && sink !== 'outward' && !isFolder)
      this.#tally.raise('persistence', `writes to a ${persistent}`)
    else if (where === 'outside' && sink === 'own') this.#tally.raise('irreversible', 'writes outside the roots')
  }

  /** A page that others open leads them where it loads code from, and where its code leads. */
  #page({ path, name }: Leaf, text: string): void {
    if (this.#model.sink !== 'shared' && this.#model.sink !== 'outward') return
    for (const part of leadsOfPage({ path, name }, text, this.#model, this.#ground)) this.#tally.add(part)
  }

  /** Each file of a patch is written with what the patch adds to it. */
  #patch({ path, name }: Leaf, text: string, changes: readonly Change[]): void {
    const whole: Part = { role: 'payload', path, name, text }
    this.#tally.add(whole)
    this.#tally.patches.add(whole)
    const found = new Found(path, name)
    for (const change of changes) found.change(change, this.#ground)
    this.#tally.take(found)
  }

  #method(text: string): void {
    const method = text.toUpperCase()
    if (method === 'DELETE') this.#tally.raise('irreversible', 'a DELETE')
    if (!/^(?:POST|PUT|PATCH)$/.test(method) || (method === 'POST' && this.#tally.asks)) return
    this.#tally.sends = true
    this.#tally.raise('outward', `a ${method}`)
  }
}
