import { classOf } from '../../../formats/kit/action-class.ts'
import { type Effect, Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { remembered } from '../../../formats/kit/tool-name/nouns.ts'
import { type NameReading, readName } from '../../../formats/kit/tool-name/read-name.ts'
import { type Doing, eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { segmentsOf, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { ActionClass } from '../../../model/event.ts'
import { graver, gravity, type Sink } from '../../../model/sink.ts'
import * as property from '../roles/property-words.ts'
import type { ToolDescription } from '../types.ts'
import { bySchema, heads, type ToolSink } from './by-schema.ts'
import { type DescriptionReading, namesThing } from './description.ts'
import type { ToolProgram } from './model.ts'
import { alters, choosesOperation } from './operation.ts'
import { besides } from './options.ts'
import type { DeclaredProperty } from './schema.ts'
import type { ToolTableEntry } from './table.ts'

/** What a description says of a tool whose name looks: it acts after all. */
const acting: ReadonlySet<Doing> = new Set<Doing>([...alters, 'send', 'pay', 'work', 'start'])

/** What is known of a tool: its own words, and how its name, description and schema were read. */
export interface ToolRead {
  tool: ToolDescription
  reading: NameReading | undefined
  described: DescriptionReading | undefined
  /** What of that a flag decides. */
  options: ReadonlyMap<string, Effect>
  properties: readonly DeclaredProperty[]
  program: ToolProgram | undefined
}

/** What a tool is held to do, and why. */
export const judge = (read: ToolRead, table: ToolTableEntry | undefined): ToolSink =>
  byTable(read.reading, bySaid(read), table)

/** The operator's sink is final; a class alone takes the sink that the name gives within it, else the usual one. */
function byTable(reading: NameReading | undefined, judged: ToolSink, table: ToolTableEntry | undefined): ToolSink {
  if (table?.sink !== undefined) return { sink: table.sink, because: 'the table', from: 'table' }
  const { action } = table ?? {}
  if (action === undefined) return judged
  const named = reading === undefined ? judged.sink : reading.sink
  const fits = [judged.sink, named].find((sink) => alike(classOf(sink), action))
  return { sink: fits ?? usual(action, reading), because: `the table says ${action}`, from: 'table' }
}

const alike = (a: ActionClass, b: ActionClass) => a === b || (a === 'read' && b === 'list')

function usual(action: ActionClass, reading: NameReading | undefined): Sink {
  const of = new Nouns(reading?.words ?? [])
  switch (action) {
    case 'read':
    case 'list':
      return 'look'
    case 'write':
      return of.own === undefined ? 'shared' : 'own'
    case 'export':
      return 'outward'
    case 'execute':
      return 'execution'
    case 'admin':
      return 'persistence'
    case 'approve':
      return 'approval'
    case 'delete':
      return 'irreversible'
    case 'authenticate':
      return 'shared'
  }
}

/** By its name; else its description, program or arguments. What says more of it may raise that. */
function bySaid({ tool, reading, described, options, properties, program }: ToolRead): ToolSink {
  let judged: ToolSink = tells(tool, reading, properties)
    ? { sink: 'look', because: 'described as a thing that it tells', from: 'description' }
    : reading !== undefined
      ? { sink: reading.sink, because: reading.because, from: 'name' }
      : described !== undefined
        ? {
            sink: program === undefined ? described.sink : 'execution',
            because: `described as ${described.because}`,
            from: 'description',
          }
        : program !== undefined && properties.length > 0
          ? { sink: 'execution', because: `runs ${program.name}`, from: 'schema' }
          : { sink: 'shared', because: 'nothing says what it does', from: 'nothing' }
  const raise = (sink: Sink, because: string, from: ToolSink['from']) => {
    if (gravity(sink) > gravity(judged.sink)) judged = { sink, because: `${judged.because}; ${because}`, from }
  }
  const operations = properties.filter(choosesOperation)
  if (reading === undefined || reading.doing.every((each) => each === 'change'))
    for (const { choices, said = [], name } of operations)
      for (const choice of choices ?? said) {
        const act = readName([...wordsOf(choice), ...wordsOf(tool.name)].join('_'))
        if (act !== undefined) raise(act.sink, `its ${name} may be “${choice}”`, 'schema')
      }
  if (judged.sink === 'look' && described?.first !== undefined) {
    if (acting.has(described.first))
      raise(graver('shared', described.sink), `described as ${described.because}`, 'description')
    if (described.first === 'run' && exchanges(properties))
      raise('money', `described as ${described.because} of an amount`, 'description')
  }
  // “Executes an INSERT or DELETE” names statements; the statement itself will say it.
  const statements = [...heads(properties)].some((name) => /^(?:sql|query|statement)$/.test(name))
  const always = described === undefined ? undefined : besides(described, options)
  if (reading !== undefined && always?.grave === true && !statements)
    raise(always.sink, `described as ${always.because}`, 'description')
  // What it remembers it may forget.
  if (judged.sink === 'irreversible' && judged.from === 'name' && isMemory(tool, reading))
    judged = { ...judged, sink: 'own', because: `${judged.because}, which it remembers` }
  if (judged.sink === 'own' && isLive(tool.description))
    judged = {
      ...judged,
      sink: reading?.words[0] === 'merge' ? 'approval' : 'shared',
      because: `${judged.because}, for what others use`,
    }
  judged = bySchema(judged, reading, properties)
  return byHints(judged, reading, tool.annotations ?? {}, properties)
}

/** It says that it changes what is in use: “to production”. */
const isLive = (description = ''): boolean =>
  /\b(?:to|into|in|on)\s+(?:the\s+)?(?:production|prod|live\s+(?:site|system|environment))\b/i.test(description)

/** Its name has no word that is only a verb, its description names a thing, and its arguments say which one and no more. */
function tells(
  { name, description = '' }: ToolDescription,
  reading: NameReading | undefined,
  properties: readonly DeclaredProperty[],
): boolean {
  const thing = namesThing(description)
  const words = wordsOf(segmentsOf(name).at(-1) ?? '')
  if (thing === undefined || words.some((word) => plainVerbs.has(word))) return false
  // `cv.text`: the word that might be a verb is the thing that is told.
  if (reading !== undefined && !words.some((word) => eitherVerbs.has(word) && thing.slice(0, 3).includes(word)))
    return false
  const said = new Set(thing.map(singular))
  return properties.every(({ name: given, type, choices }) => {
    const head = singular(wordsOf(given).at(-1) ?? '')
    if (property.contentWords.has(head) && !said.has(head)) return false
    if (/^(?:to|cc|bcc|recipient|amount|on|off|set|state|mode|level|rate)$/.test(head) && !property.span.has(head))
      return false
    if (choices !== undefined && choosesOperation({ pattern: '', name: given, choices })) return false
    if (type === 'number' || type === 'integer') return said.has(head) || property.span.has(head)
    return type !== 'boolean' && type !== 'object' && !property.operationWords.has(head)
  })
}

/** An amount of one thing is given for another. */
const exchanges = (properties: readonly DeclaredProperty[]): boolean => {
  const words = properties.map(({ name }) => wordsOf(name).map(singular))
  const has = (pattern: RegExp) => words.some((each) => each.some((word) => pattern.test(word)))
  return has(/^(?:amount|notional|sum|principal)$/) && has(/^(?:ccy|currency|asset|coin|token|fiat)$/)
}

/** A word for what is remembered stands in its name, none for a thing of others, and a memory in name or description. */
const isMemory = ({ name, description = '' }: ToolDescription, reading: NameReading | undefined): boolean => {
  const of = new Nouns(reading?.words ?? [])
  if (of.in(remembered) === undefined || of.own === undefined) return false
  return /\b(?:knowledge[ _-]?graph|memor(?:y|ies)|scratch ?pad|thoughts?)\b/i.test(
    `${name.replaceAll('_', ' ')} ${description}`,
  )
}

/** A hint counts only beside other evidence, and none lowers what was said. */
function byHints(
  judged: ToolSink,
  reading: NameReading | undefined,
  hints: Readonly<Record<string, unknown>>,
  properties: readonly DeclaredProperty[],
): ToolSink {
  const writes = heads(properties.filter((each) => each.type !== 'boolean' && !/[.[]/.test(each.pattern)))
  const takesContent = ['content', 'body', 'message', 'text', 'code', 'command', 'to', 'recipient'].some((word) =>
    writes.has(word),
  )
  // That it only reads is its server’s word: it never lowers anything.
  if (judged.sink === 'look' && hints.readOnlyHint === false && (reading?.unknown !== undefined || takesContent))
    return {
      sink: 'shared',
      because: `${judged.because}; its server says that it does not only read`,
      from: 'annotations',
    }
  return judged
}
