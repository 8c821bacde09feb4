import { classOf } from '../../formats/action-class.ts'
import { Nouns } from '../../formats/tool-name/effect.ts'
import { packages, remembered, shared } from '../../formats/tool-name/nouns.ts'
import { type NameReading, readName } from '../../formats/tool-name/read-name.ts'
import type { Doing } from '../../formats/tool-name/verbs.ts'
import { singular, wordsOf } from '../../formats/tool-name/words.ts'
import type { ActionClass } from '../../model/event.ts'
import { gravity, type Sink } from '../../model/sink.ts'
import { readDescription } from './description.ts'
import type { ToolModel } from './model.ts'
import * as property from './property-words.ts'
import { type RoleOf, roleOf, type ToolSide } from './roles.ts'
import { type DeclaredProperty, propertiesOf } from './schema.ts'
import type { ToolTableEntry } from './table.ts'
import type { ToolDescription } from './types.ts'

/** Verbs that leave a thing behind where none was, and verbs of what is there already. */
const leaves: ReadonlySet<Doing> = new Set<Doing>(['make', 'send', 'work'])
const alters: ReadonlySet<Doing> = new Set<Doing>(['change', 'detach', 'unmake', 'give', 'stop', 'set', 'approve'])

/** An act is known to make something by its verbs. */
export const isMaking = (doing: readonly Doing[]): boolean =>
  doing.includes('make') || (doing.some((each) => leaves.has(each)) && !doing.some((each) => alters.has(each)))

interface Judged {
  sink: Sink
  because: string
  from: ToolModel['from']
  requests?: true
}

/**
 * Works out once per tool (the caller keeps it) what it does and what its arguments are for. Never throws.
 * Order of trust: the operator's table; the name; schema and description, which may raise; annotations, which count only
 * beside other evidence.
 */
export function describeTool(tool: ToolDescription, table?: ToolTableEntry): ToolModel {
  const name = tool.name.slice(0, 512)
  const reading = readName(name)
  const properties = propertiesOf(tool.inputSchema)
  const text = `${tool.server ?? ''} ${name} ${tool.title ?? ''} ${(tool.description ?? '').slice(0, 4096)}`
  const operations = new Set(properties.filter(isOperation).map((each) => each.pattern))
  const judged = decided(reading, judge(tool, reading, properties), table)
  const side = sideOf(judged.sink, name, text, properties)
  const roles = new Map<string, RoleOf>()
  for (const each of properties) roles.set(each.pattern, declaredRole(each, side, table))
  return {
    name,
    sink: judged.sink,
    because: judged.because,
    from: judged.from,
    requests:
      judged.from !== 'table' &&
      (judged.requests === true || (reading?.words.includes('http') === true && judged.sink === reading.sink)),
    action: table?.action ?? classOf(judged.sink, reading),
    roles,
    side,
    makes: isMaking(reading?.doing ?? readDescription(tool.description ?? tool.title ?? '')?.doing ?? []),
    scratch: table?.scratch ?? /\b(?:sqlite\d?|duckdb|libsql|scratch|in-memory)\b/i.test(text.replaceAll('_', ' ')),
    words: wordsOf(name),
    operations,
    open: reading === undefined || reading.doing.every((each) => each === 'change'),
    ...(table === undefined ? {} : { table }),
  }
}

const isOperation = (each: DeclaredProperty): boolean =>
  (each.choices?.length ?? 0) > 1 && property.operationWords.has(singular(wordsOf(each.name).at(-1) ?? ''))

function declaredRole(each: DeclaredProperty, side: ToolSide, table: ToolTableEntry | undefined): RoleOf {
  const own = table?.roles?.[each.pattern] ?? table?.roles?.[each.pattern.replaceAll('[]', '')]
  const { name, type, format, description } = each
  const role = roleOf({ name, type, format, description, choices: each.choices !== undefined }, side)
  return own === undefined ? role : { ...role, role: own, because: 'the table' }
}

/** The operator's sink is final; a class alone takes the sink that the name gives within it, else the usual one. */
function decided(reading: NameReading | undefined, judged: Judged, table: ToolTableEntry | undefined): Judged {
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

function judge(
  tool: ToolDescription,
  reading: NameReading | undefined,
  properties: readonly DeclaredProperty[],
): Judged {
  const described = readDescription(tool.description ?? tool.title ?? '')
  let judged: Judged =
    reading !== undefined
      ? { sink: reading.sink, because: reading.because, from: 'name' }
      : described !== undefined
        ? { sink: described.sink, because: `described as ${described.because}`, from: 'description' }
        : { sink: 'shared', because: 'nothing says what it does', from: 'nothing' }
  const raise = (sink: Sink, because: string, from: Judged['from']) => {
    if (gravity(sink) > gravity(judged.sink)) judged = { sink, because: `${judged.because}; ${because}`, from }
  }
  const operations = properties.filter(isOperation)
  if (reading === undefined || reading.doing.every((each) => each === 'change'))
    for (const { choices = [], name } of operations)
      for (const choice of choices) {
        const act = readName([...wordsOf(choice), ...wordsOf(tool.name)].join('_'))
        if (act !== undefined) raise(act.sink, `its ${name} may be “${choice}”`, 'schema')
      }
  // “Executes an INSERT or DELETE” names statements; the statement itself will say it.
  const statements = [...heads(properties)].some((name) => /^(?:sql|query|statement)$/.test(name))
  if (reading !== undefined && described?.grave === true && !statements)
    raise(described.sink, `described as ${described.because}`, 'description')
  // What it remembers it may forget.
  if (judged.sink === 'irreversible' && judged.from === 'name' && isMemory(tool, reading))
    judged = { ...judged, sink: 'own', because: `${judged.because}, which it remembers` }
  judged = bySchema(judged, reading, properties)
  return byHints(judged, reading, tool.annotations ?? {}, properties)
}

/** A word for what is remembered stands in its name, none for a thing of others, and a memory in name or description. */
const isMemory = ({ name, description = '' }: ToolDescription, reading: NameReading | undefined): boolean => {
  const of = new Nouns(reading?.words ?? [])
  if (of.in(remembered) === undefined || of.own === undefined) return false
  return /\b(?:knowledge[ _-]?graph|memor(?:y|ies)|scratch ?pad|thoughts?)\b/i.test(
    `${name.replaceAll('_', ' ')} ${description}`,
  )
}

const heads = (properties: readonly DeclaredProperty[]) =>
  new Set(properties.map((each) => singular(wordsOf(each.name).at(-1) ?? '')))

/** Where the place is not named, arguments show it; arguments of a sender or caller raise. */
function bySchema(judged: Judged, reading: NameReading | undefined, properties: readonly DeclaredProperty[]): Judged {
  const strings = properties.filter((each) => each.type !== 'boolean')
  const names = heads(strings)
  const has = (...words: string[]) => words.find((word) => names.has(word))
  const pathish = has('path', 'filepath', 'file', 'filename', 'directory', 'dir')
  const remote = strings
    .map((each) => wordsOf(each.name).map(singular))
    .find(
      (words) =>
        words.some((word) => property.remoteWords.has(word)) &&
        !words.includes('path') &&
        words.every((word) => property.remoteWords.has(word) || /^(?:id|name|key|slug|url|number)$/.test(word)),
    )
  const act = { ...judged }
  // A path beside an id of somebody's project is a path in that project.
  const theirs =
    remote !== undefined &&
    (pathish === undefined ||
      names.has('owner') ||
      names.has('namespace') ||
      names.has('bucket') ||
      (remote.length > 1 && /^(?:id|key|slug)$/.test(remote.at(-1) ?? '')))
  if (act.sink === 'look' && reading?.words.includes('select') === true && has('value', 'option') !== undefined)
    return { ...act, sink: 'shared', because: `${act.because} of a value`, from: 'schema' }
  if (act.sink === 'own' && theirs)
    return { ...act, sink: 'shared', because: `${act.because} in a ${remote?.[0]} of others`, from: 'schema' }
  const keeps = reading === undefined || reading.doing.some((each) => each === 'make' || each === 'change')
  const placed = reading !== undefined && new Nouns(reading.words).in(shared) !== undefined
  if (
    act.sink === 'shared' &&
    !placed &&
    pathish !== undefined &&
    remote === undefined &&
    judged.from !== 'nothing' &&
    keeps
  )
    return { ...act, sink: 'own', because: `${act.because}, at a ${pathish}`, from: 'schema' }
  const url = has('url', 'uri', 'endpoint')
  if (
    url !== undefined &&
    (act.sink === 'look' || act.sink === 'shared') &&
    (names.has('method') || has('body', 'payload', 'formdata'))
  )
    return {
      sink: 'outward',
      because: `${act.because}; takes a ${url} and what is sent there`,
      from: 'schema',
      requests: true,
    }
  const to = has('to', 'cc', 'bcc', 'recipient')
  if (act.sink === 'look' && to !== undefined && has('body', 'message', 'subject', 'content', 'attachment'))
    return { ...act, sink: 'outward', because: `${act.because}; takes ${to} and what is sent`, from: 'schema' }
  // What a workload is made of is what runs there.
  const image = has('image')
  const workload = has('deployment', 'container', 'workload', 'statefulset', 'daemonset', 'pod')
  if (image !== undefined && workload !== undefined && (act.sink === 'own' || act.sink === 'shared'))
    return { ...act, sink: 'execution', because: `${act.because}; takes the ${image} of a ${workload}`, from: 'schema' }
  // An agent that starts by itself later.
  const later = has('schedule', 'cron', 'rrule', 'recurrence')
  if (has('prompt', 'instruction') !== undefined && later !== undefined && act.sink === 'shared')
    return { ...act, sink: 'persistence', because: `${act.because}; takes a prompt and its ${later}`, from: 'schema' }
  const command = has('command', 'cmd', 'script', 'code', 'sql')
  if (act.sink === 'look' && judged.from !== 'name' && command !== undefined)
    return { ...act, sink: 'execution', because: `${act.because}; takes a ${command}`, from: 'schema' }
  return act
}

/** A hint counts only beside other evidence, and none lowers what was said. */
function byHints(
  judged: Judged,
  reading: NameReading | undefined,
  hints: Readonly<Record<string, unknown>>,
  properties: readonly DeclaredProperty[],
): Judged {
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

function sideOf(sink: Sink, name: string, text: string, properties: readonly DeclaredProperty[]): ToolSide {
  const words = wordsOf(name)
  const names = heads(properties)
  const spaced = text.replaceAll('_', ' ')
  return {
    sink,
    sql:
      words.some((word) =>
        /^(?:sql|query|queries|statement|database|db|sqlite|duckdb|postgres|mysql|rows?|table)$/.test(word),
      ) &&
      /\b(?:sql|sqlite\d?|duckdb|postgres(?:ql)?|mysql|mariadb|bigquery|snowflake|clickhouse|database)\b/i.test(
        spaced,
      ) &&
      (names.size === 0 || ['query', 'sql', 'statement'].some((each) => names.has(each))),
    fetches: words.some((word) =>
      /^(?:clone|download|fetch|import|pull|crawl|scrape|navigate|install|load|browser|open|goto|visit)$/.test(word),
    ),
    packages: (sink === 'execution' || sink === 'persistence') && new Nouns(words).in(packages) !== undefined,
    shell: /\b(?:shell|bash|terminal|command|process|cmd|powershell)\b/i.test(spaced),
  }
}
