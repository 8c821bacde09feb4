import { type Doing, eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import type { Role } from '../types.ts'
import * as words from './property-words.ts'
import type { Shape } from './shape.ts'

export interface RoleOf {
  role: Role
  /** mailbox, url, host, path, account, phone, person, channel, repository, package, program, table, id, message, shell, code, sql, prompt. */
  kind?: string
  because: string
}

/** What is known of the tool before its arguments' roles are. */
export interface ToolSide {
  sink: Sink
  /** It talks SQL. */
  sql: boolean
  /** It takes a URL to bring something from there. */
  fetches: boolean
  /** Its commands are a shell's. */
  shell: boolean
  /** It brings in packages. */
  packages: boolean
  /** It says to whom a message goes, or which message it works on: an account beside that is the one that it works from. */
  mails: boolean
}

/** A property as its schema or, without one, its value shows it. */
export interface Property {
  name: string
  type?: string | undefined
  format?: string | undefined
  description?: string | undefined
  choices?: boolean
  /** Where there is a value. */
  shape?: Shape | undefined
  /** Its value may be the name of somebody as well as that of a file. */
  isDotted?: boolean
}

const leaving: ReadonlySet<Sink> = new Set(['outward', 'money', 'persistence', 'shared'])
/** What an act does to somebody: who is on its other side may be called like a file. */
export const towards: ReadonlySet<Sink> = new Set(['outward', 'money', 'persistence'])
/** Kinds of place that are somebody. */
const somebody = /^(?:person|account|mailbox|phone|channel)$/

const formats: Readonly<Record<string, string>> = {
  email: 'mailbox',
  'idn-email': 'mailbox',
  uri: 'url',
  url: 'url',
  'uri-reference': 'url',
  iri: 'url',
  hostname: 'host',
  'idn-hostname': 'host',
  ipv4: 'host',
  ipv6: 'host',
}

/** The kind of place that a name or format says, and whether it is a source. */
function placeOf(property: Property, name: readonly string[], sink: Sink): string | undefined {
  const byFormat = formats[property.format ?? '']
  if (byFormat !== undefined) return byFormat
  const head = name.at(-1) ?? ''
  const before = name.at(-2) ?? ''
  const of = (word: string) => Object.entries(words.placeWords).find(([, set]) => set.has(word))?.[0]
  const bare = /^(?:id|name|address|number|no|key|handle|list|alia)$/.test(head) && name.length > 1 ? before : head
  if (head === 'address' && name.length === 1) return 'place'
  const kind = of(bare)
  if (kind !== undefined) return kind
  // “Shared with”, “a key for”: what a preposition leads to is said by the act.
  if (head === 'with' && (name.length === 1 || /^(?:send|give|pay)$/.test(doingOf(before) ?? ''))) return 'place'
  if (head === 'for' && name.length === 1 && sink === 'persistence') return 'person'
  return name.length > 1 && (name[0] === 'to' || name[0] === 'recipient') ? (of(name[1] ?? '') ?? 'place') : undefined
}

function commandKind(name: readonly string[], property: Property, tool: ToolSide): string | undefined {
  const any = (set: ReadonlySet<string>) => name.some((word) => set.has(word))
  if (/^(?:id|name|type|language|count|timeout|m|path|file|filename)$/.test(name.at(-1) ?? '') && name.length > 1)
    return undefined
  if (any(words.sqlWords)) return 'sql'
  if (tool.sql && any(new Set(['query']))) return 'sql'
  if (any(words.shellWords)) return 'shell'
  if (any(words.codeWords) && tool.sink === 'execution') return tool.shell && name.includes('script') ? 'shell' : 'code'
  if (
    tool.packages &&
    (any(words.packageWords) || /^(?:name|spec|specifier|identifier|id|target)$/.test(name.at(-1) ?? ''))
  )
    return 'package'
  if (tool.sink !== 'execution') return undefined
  if (words.promptWords.has(name.at(-1) ?? '') && property.type !== 'object') return 'prompt'
  if (any(words.runWords))
    return name.includes('query') ? 'sql' : tool.shell && !name.includes('function') ? 'shell' : 'code'
  if (any(words.packageWords) && property.type !== 'boolean') return 'package'
  return undefined
}

/** What one argument is for, and why. Names and formats come first, the shape of its value last. */
export function roleOf(property: Property, tool: ToolSide): RoleOf {
  const name = wordsOf(property.name).map(singular)
  const head = name.at(-1) ?? ''
  const said = `named “${property.name.slice(0, 64)}”`
  const { sink } = tool
  if (property.type === 'boolean' || property.type === 'null') return { role: 'control', because: 'true or false' }
  if (property.choices === true) return { role: 'control', because: 'one of a few choices' }

  const looking = sink === 'look' || sink === 'irreversible' || sink === 'approval'
  const command = commandKind(name, property, tool)
  // Arguments of a function lead where their values do.
  const isArgument = command === 'code' && /^(?:arg|argv|argument)$/.test(head)
  if (isArgument && property.shape !== undefined && property.shape !== 'path')
    return { role: 'destination', kind: property.shape, because: `its value is a ${property.shape}` }
  if (command !== undefined) return { role: 'command', kind: command, because: said }

  const numeric = property.type === 'number' || property.type === 'integer'
  const pathish = /^(?:path|file|filename|filepath|dir|directory|folder|cwd|workdir)$/.test(head)
  if (head === 'shell') return { role: 'selector', kind: 'program', because: said }
  if (pathish && property.shape === 'url' && (sink === 'look' || tool.fetches))
    return { role: 'destination', kind: 'url', because: 'its value is a url' }
  if (pathish) return { role: 'selector', kind: 'path', because: said }

  // What an agent that is started may use.
  if (sink === 'execution' && /tools$/i.test(property.name)) return { role: 'control', because: said }
  // Who is given a right, and no line above a letter.
  const subject = sink === 'persistence' && head === 'subject'
  if (subject) return placed('person', false, property, tool, said)
  // The message that is answered, as its header is called: who is to have the answer is said elsewhere.
  if (name[0] === 'in' && name[1] === 'reply' && name[2] === 'to')
    return { role: 'selector', kind: 'message', because: said }
  const content = words.contentWords.has(head)
  const kind = placeOf(property, name, sink)
  const source = name.length > 0 && words.sourceWords.has(name[0] ?? '')
  if (
    kind !== undefined &&
    !content &&
    !(numeric && kind !== 'phone' && kind !== 'account' && !/^(?:[giop]?id|number)$/.test(head))
  )
    return placed(kind, source, property, tool, said)
  if (numeric && (!/^(?:[giop]?id|number|key|index)$/.test(head) || words.controlWords.has(name.at(-2) ?? '')))
    return { role: 'control', because: 'a number' }
  // What is set is what will act later.
  const setting =
    sink === 'persistence' && !/^(?:title|note|sidenote|comment|reason|memo|remark|description|summary)$/.test(head)
  if (setting && content) return { role: 'command', kind: 'setting', because: `${said}, and it stays` }
  if (words.textWords.has(head) || (sink === 'irreversible' && words.filling.has(head)))
    return { role: 'payload', because: said }
  // The words over what is let in.
  if (sink === 'approval' && /^(?:title|subject|header)$/.test(head)) return { role: 'payload', because: said }
  if (content && !looking && !shaped(property, sink)) return { role: 'payload', because: said }
  if (shaped(property, sink))
    return { role: 'destination', kind: property.shape ?? '', because: `its value is a ${property.shape}` }
  // `page: 'weekly notes'`, `order: '5512'` name things, as texts; as numbers they count.
  const isEither = property.type === 'string' && words.selectorWords.has(head)
  if (words.controlWords.has(head) && !isEither) return { role: 'control', because: said }
  if (words.selectorWords.has(head) || content) {
    const kinds =
      property.shape === 'path'
        ? 'path'
        : /^(?:[gio]?id|key|uuid|sha|slug|number)$/.test(head)
          ? 'id'
          : head === 'table'
            ? 'table'
            : undefined
    return { role: 'selector', because: said, ...(kinds === undefined ? {} : { kind: kinds }) }
  }
  return unnamed(property, tool)
}

/** A value of a shape that leads somewhere, in an act where that matters. */
const shaped = ({ shape }: Property, sink: Sink): boolean =>
  shape !== undefined &&
  shape !== 'path' &&
  (sink === 'outward' || sink === 'money' || sink === 'persistence' || (sink === 'look' && shape === 'url'))

/** A name with a dot is somebody’s where the property says a person, or the act is done towards one. */
const isNamed = (kind: string, { shape, isDotted }: Property, sink: Sink): boolean =>
  isDotted === true && shape === 'path' && (somebody.test(kind) || (kind === 'place' && towards.has(sink)))

const doingOf = (word: string): Doing | undefined => plainVerbs.get(word) ?? eitherVerbs.get(word)

function placed(kind: string, source: boolean, property: Property, tool: ToolSide, said: string): RoleOf {
  const { sink } = tool
  const named =
    property.shape !== undefined && kind !== 'url' ? property.shape : kind === 'place' ? (property.shape ?? '') : kind
  const as = (role: Role): RoleOf => ({ role, because: said, ...(named === '' ? {} : { kind: named }) })
  if (
    kind === 'account' &&
    tool.mails &&
    sink !== 'money' &&
    /^(?:e?mail_?)?account(?:_?(?:id|name))?$/i.test(property.name)
  )
    return { role: 'selector', kind: 'id', because: `${said}, from which it works` }
  if (isNamed(kind, property, sink)) return placed('person', source, { ...property, shape: undefined }, tool, said)
  if (property.shape === 'path' && kind !== 'url') return as('selector')
  const web = /^(?:url|host)$/.test(kind) || property.shape === 'url'
  if (sink === 'look' || sink === 'irreversible' || sink === 'approval') return as(web ? 'destination' : 'selector')
  if (sink === 'own')
    return web && tool.fetches
      ? as('destination')
      : kind === 'place' && /dest|target|output|into/i.test(property.name)
        ? { role: 'selector', kind: 'path', because: said }
        : as(web ? 'payload' : 'selector')
  if (source) return as('selector')
  if (sink === 'shared') {
    if (web) return as('destination')
    const passive =
      kind === 'repository' ||
      kind === 'channel' ||
      (kind === 'place' && !/to|recipient|receiver|with|forward/i.test(property.name))
    return as(passive ? 'selector' : 'destination')
  }
  if (sink === 'execution') return as(/^(?:url|host|mailbox|phone|account)$/.test(named) ? 'destination' : 'selector')
  return as('destination')
}

/** Why a role is what it is, where nothing says it. */
export const silent = 'a name that says nothing'

/** Nothing in the name says it. */
function unnamed(property: Property, tool: ToolSide): RoleOf {
  const { sink } = tool
  const because = silent
  if (property.shape === 'path') return { role: 'selector', kind: 'path', because: 'its value is a path' }
  if (property.type === 'number' || property.type === 'integer') return { role: 'control', because: 'a number' }
  if (sink === 'look' || sink === 'irreversible' || sink === 'approval') return { role: 'selector', because }
  if (property.shape !== undefined && leaving.has(sink))
    return { role: 'destination', kind: property.shape, because: `its value is a ${property.shape}` }
  if (sink === 'persistence') return { role: 'command', kind: 'setting', because }
  return { role: sink === 'execution' || sink === 'money' ? 'selector' : 'payload', because }
}
