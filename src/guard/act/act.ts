import { classOf } from '../../formats/action-class.ts'
import { readName } from '../../formats/tool-name/read-name.ts'
import { wordsOf } from '../../formats/tool-name/words.ts'
import { gravity, type Sink } from '../../model/sink.ts'
import { readContents } from './contents.ts'
import { isMaking } from './describe.ts'
import { flagEffect, opensToAll } from './flags.ts'
import { many } from './found.ts'
import { roleOfLeaf } from './leaf-role.ts'
import type { ToolModel } from './model.ts'
import { absolutePath, type Ground, landingOf } from './paths.ts'
import { roleOf, silent } from './roles.ts'
import { isWildcard, mailboxList } from './shape.ts'
import type { ToolTableEntry } from './table.ts'
import { Trail } from './trail.ts'
import type { Act, Part } from './types.ts'
import { type Leaf, leavesOf } from './walk.ts'

export interface ActContext {
  /** Folders that the agent works in; empty: not known, and every ordinary path is its own. */
  roots: readonly string[]
  home?: string
  /** Programs that the project declares: names of its scripts and of its dependencies’ binaries. */
  projectPrograms?: ReadonlySet<string>
  /** What the operator says of this tool beside what its model holds. */
  table?: ToolTableEntry
}

/** Names whose text may be arguments of its own, as JSON. */
const nested = /^(?:args|arguments|params|parameters|inputs?|request|payload|data|options|body)$|json$/i

/** What this very call does: the tool's model, and what the arguments hold. Never throws; bounded. */
export function actOf(model: ToolModel, args: unknown, context: ActContext): Act {
  try {
    return new CallReader(model, context).read(args)
  } catch {
    // A fault of ours, or arguments that answer differently each time: the gravest reading.
    const sink: Sink = gravity(model.sink) > gravity('execution') ? model.sink : 'execution'
    return { sink, action: classOf(sink), parts: [], items: 1, cut: true, because: 'its arguments could not be read' }
  }
}

/** Names that are declared below a pattern; undefined where nothing is known of it, none where its keys are data. */
function namesUnder({ roles }: ToolModel, pattern: string): ReadonlySet<string> | undefined {
  const above = pattern === '' ? '' : `${pattern}.`
  const names = new Set<string>()
  for (const each of roles.keys())
    if (each.startsWith(above)) names.add(each.slice(above.length).split(/[.[]/, 1)[0] ?? '')
  return names.size > 0 || roles.has(pattern) ? names : undefined
}

const staging: ReadonlySet<string> = new Set(['add', 'stage', 'unstage', 'commit', 'track'])

/** A word as a shell reads it back. */
const quoted = (text: string): string => (/^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** Names of the folder that a command is run in. */
const workFolder = /^(?:cwd|work_?(?:ing_?)?dir(?:ectory)?)$/i

class CallReader {
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
  readonly #trail = new Trail()
  #cut = false
  /** There is one argument: content of a file has a path beside it. */
  #alone = false
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
    const { leaves, counts, cut } = leavesOf(args, (pattern) => namesUnder(model, pattern))
    this.#cut = cut
    const operation = leaves.find((leaf) => model.operations.has(leaf.pattern))
    if (operation !== undefined) this.#operation(String(operation.value))
    this.#alone = leaves.length === 1
    const folder = leaves.find(({ name, value }) => workFolder.test(name) && typeof value === 'string')
    if (folder !== undefined) {
      this.#ground.started = absolutePath(String(folder.value), this.#ground)
      if (this.#ground.roots.length > 0) this.#ground.cwd = this.#ground.started
    }
    for (const leaf of leaves) this.#leaf(leaf)
    for (const [path, words] of this.#argv) this.#command('shell', words.map(quoted).join(' '), { path, name: path })
    this.#settle(leaves)
    this.#trail.ofParts(this.#parts, model, this.#ground)
    const fixed = this.#context.table?.sink ?? model.table?.sink
    if (fixed !== undefined) {
      this.#sink = fixed
      this.#because = 'the table'
    }
    if (this.#sink === 'persistence') this.#stays()
    const action = this.#sink === model.sink ? model.action : classOf(this.#sink)
    const destroys = this.#sink === 'irreversible' || this.#sink === 'outward' || this.#sink === 'money'
    const named = this.#named(counts)
    const isMaker = /^(?:own|shared|outward)$/.test(this.#sink) && this.#makes
    return {
      sink: this.#sink,
      action,
      parts: this.#parts,
      items: destroys ? Math.max(1, this.#items, named) : Math.max(1, this.#items),
      because: this.#because,
      ...(isMaker || this.#sink === 'own' ? { makes: true as const } : {}),
      ...(isMaker ? { maker: model.words } : {}),
      ...(this.#made.length > 0 ? { made: this.#made } : {}),
      ...this.#trail.told(this.#ground.roots),
      ...(this.#cut ? { cut: true as const } : {}),
    }
  }

  #raise(sink: Sink, because: string): void {
    if (gravity(sink) <= gravity(this.#sink)) return
    this.#sink = sink
    this.#because = because
  }

  /** One of several acts of a tool, named by an argument: it decides where the name leaves it open, else it may raise. */
  #operation(value: string): void {
    const reading = readName([...wordsOf(value.slice(0, 64)), ...this.#model.words].join('_'))
    if (reading === undefined) return
    const because = `its operation “${value.slice(0, 40)}”`
    this.#makes = isMaking(reading.doing)
    if (this.#model.open && this.#model.from !== 'table') {
      this.#sink = reading.sink
      this.#because = because
    } else this.#raise(reading.sink, because)
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
    const role = roleOfLeaf(leaf, text, this.#model, this.#context.table, this.#sink)
    // Names of options, where nothing says that they name things.
    if (leaf.key === true && role.role === 'selector' && !/[\d@:/.]/.test(text)) return
    if (leaf.key === true && /^[a-z]+(?:_?[A-Z]?[a-z]+)*$/.test(text) && this.#isProperty(text)) return
    const kind = role.kind === '' ? undefined : role.kind
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
    if (role.role === 'selector' && kind === 'path') this.#path(text)
    if (
      /^(?:event|state|status|action|visibility|type|decision|verdict)$/i.test(name) &&
      /^\s*approved?\s*$/i.test(text)
    )
      this.#raise('approval', `${name} is “${text.slice(0, 20)}”`)
    if (opensToAll(name, text)) this.#opens(name)
    if (/^method|^http_?method|^verb/i.test(name)) this.#method(text)
    else if (/^(?:body|payload|data|form|formdata|json|files?)$/i.test(leaf.above[0] ?? name)) this.#sends = true
    if ((role.role === 'selector' || role.role === 'destination') && isWildcard(text) && kind !== 'shell')
      this.#items += many
    if (list !== undefined) this.#items += list.length
    if (nested.test(name) && (this.#alone || (this.#model.sink !== 'own' && this.#model.sink !== 'look')))
      this.#inner(leaf, text)
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

  #command(kind: string | undefined, text: string, leaf: Pick<Leaf, 'path' | 'name'>): void {
    const { projectPrograms } = this.#context
    const found = readContents(kind, text, leaf, this.#model, this.#ground, projectPrograms)
    if (kind === 'sql' && found.because === 'reads' && this.#model.side.sink === 'look' && found.parts.length === 0)
      return
    for (const part of found.parts) this.#add(part)
    this.#made.push(...found.makes)
    this.#trail.join(found)
    this.#items += found.items
    if (this.#content === undefined || gravity(found.sink) > gravity(this.#content.sink)) this.#content = found
  }

  /** Where a write lands. Reading anywhere is a look; the agent's own space is under its roots. */
  #path(text: string): void {
    const { sink, words } = this.#model
    if (sink === 'look' || sink === 'irreversible' || sink === 'execution' || sink === 'approval') return
    // What is put under version control stands there already.
    if (words.includes('git') && words.some((word) => staging.has(word))) return
    const landing = landingOf(text, this.#ground)
    if (landing.persistent !== undefined && sink !== 'outward')
      this.#raise('persistence', `writes to a ${landing.persistent}`)
    else if (landing.in === 'outside' && sink === 'own') this.#raise('irreversible', 'writes outside the roots')
  }

  #method(text: string): void {
    const method = text.toUpperCase()
    if (method === 'DELETE') this.#raise('irreversible', 'a DELETE')
    else if (/^(?:POST|PUT|PATCH)$/.test(method)) {
      this.#sends = true
      this.#raise('outward', `a ${method}`)
    }
  }

  /** Arguments within a text: `{"to": …}`. */
  #inner(leaf: Leaf, text: string): void {
    if (text.length > 65_536 || !/^\s*[[{]/.test(text)) return
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return
    }
    const { leaves, cut } = leavesOf(value, () => undefined)
    this.#cut ||= cut
    for (const each of leaves)
      if (!nested.test(each.name) || each.above.length > 0)
        this.#leaf({ ...each, path: `${leaf.path}#json.${each.path}`, pattern: `${leaf.pattern}#json.${each.pattern}` })
  }

  #settle(leaves: readonly Leaf[]): void {
    const { sink, from } = this.#model
    if (this.#content !== undefined) {
      // A command says what it does better than the tool that runs it; nothing else is lowered by what it holds.
      const lowers =
        (sink === 'execution' || (sink === 'shared' && this.#model.side.sql)) && this.#sink === sink && from !== 'table'
      if (lowers) {
        this.#sink = this.#content.sink
        this.#because = this.#content.because
      } else this.#raise(this.#content.sink, this.#content.because)
    }
    // A request without a body or with a reading method is a visit.
    if (this.#model.requests && this.#sink === 'outward' && !this.#sends) {
      const method = leaves.find((leaf) => /^(?:http_?)?method$/i.test(leaf.name))
      if (method === undefined || /^(?:get|head|options)$/i.test(String(method.value))) {
        this.#sink = 'look'
        this.#because = 'a request that sends nothing but its URL'
      }
    }
  }

  /** What is written where it acts later is an order, not a text. */
  #stays(): void {
    for (const part of this.#parts)
      if (part.role === 'payload' && this.#model.sink !== 'persistence' && !/#/.test(part.path)) part.role = 'command'
  }

  /** How many things it names: the longest list of what it destroys or where it sends. */
  #named(counts: ReadonlyMap<string, number>): number {
    let most = 0
    for (const [pattern, count] of counts) {
      const role =
        this.#model.roles.get(`${pattern}[]`) ??
        this.#model.roles.get(pattern) ??
        roleOf({ name: pattern.replaceAll('[]', '').split('.').at(-1) ?? '', type: 'string' }, this.#model.side)
      const counted = this.#sink === 'irreversible' ? role.role !== 'control' : role.role === 'destination'
      if (counted) most = Math.max(most, count)
    }
    return most
  }
}
