import { classOf } from '../../../formats/kit/action-class.ts'
import { type NameReading, readName } from '../../../formats/kit/tool-name/read-name.ts'
import type { Doing } from '../../../formats/kit/tool-name/verbs.ts'
import { wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { servicePath } from '../roles/leaf-role.ts'
import { type RoleOf, roleOf, type ToolSide } from '../roles/roles.ts'
import { talksSql } from '../sql/line.ts'
import type { ToolDescription } from '../types.ts'
import { heads, isRequest } from './by-schema.ts'
import { type DescriptionReading, readDescription } from './description.ts'
import { judge } from './judge.ts'
import type { ToolModel } from './model.ts'
import { choosesOperation, leavesNew } from './operation.ts'
import { isLine, programOf } from './program.ts'
import { type DeclaredProperty, propertiesOf } from './schema.ts'
import { sideOf } from './side.ts'
import type { ToolTableEntry } from './table.ts'

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
  const operations = new Set(properties.filter(choosesOperation).map((each) => each.pattern))
  const program = programOf(tool, properties)
  const described = readDescription(tool.description ?? tool.title ?? '')
  const judged = judge({ tool, reading, described, properties, program }, table)
  const side = sideOf(judged.sink, name, text, properties)
  const roles = new Map<string, RoleOf>()
  const onService = isRequest(heads(properties)) && table?.roles?.path === undefined
  for (const each of properties)
    roles.set(
      each.pattern,
      program !== undefined && isLine(each.name) && table?.roles?.[each.pattern] === undefined
        ? { role: 'command', kind: 'shell', because: `words of ${program.name}` }
        : onService && each.name === 'path'
          ? servicePath
          : declaredRole(each, side, table),
    )
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
    opens: isOpening(reading, described, judged.from),
    makes: leavesNew(reading?.doing ?? described?.doing ?? []),
    records: judged.sink === 'shared' && reading !== undefined && reading.doing.every((doing) => doing === 'make'),
    refuses: judged.sink === 'shared' && refusing(reading?.words ?? []),
    choices: new Map(
      properties.flatMap(({ pattern, choices, said }) => {
        const all = choices ?? said
        return all === undefined ? [] : [[pattern, new Set(all)] as const]
      }),
    ),
    runsElsewhere: judged.sink === 'execution' && runsElsewhere(wordsOf(name), heads(properties)),
    talksSql: talksSql([text, ...properties.map(({ description = '' }) => description)]),
    scratch: table?.scratch ?? /\b(?:sqlite\d?|duckdb|libsql|scratch|in-memory)\b/i.test(text.replaceAll('_', ' ')),
    words: wordsOf(name),
    operations,
    open: reading === undefined || reading.doing.every((each) => each === 'change'),
    ...(program === undefined ? {} : { program }),
    ...(table === undefined ? {} : { table }),
  }
}

/** It deploys, or an argument says on which machine or of which application of others. */
const runsElsewhere = (words: readonly string[], names: ReadonlySet<string>): boolean =>
  words.some((word) => /^(?:deploy|remote|ssh)$/.test(word)) ||
  [
    'host',
    'hostname',
    'server',
    'instance',
    'vm',
    'pod',
    'cluster',
    'namespace',
    'deployment',
    'app',
    'application',
  ].some((word) => names.has(word))

const opening: ReadonlySet<Doing> = new Set<Doing>(['look', 'list', 'touch'])

/** What raised a name that looks says that it does something else. */
function isOpening(
  reading: NameReading | undefined,
  described: DescriptionReading | undefined,
  from: ToolModel['from'],
): boolean {
  const doing = reading?.doing ?? described?.doing ?? []
  return (
    doing.length > 0 && doing.every((each) => opening.has(each)) && !(reading !== undefined && from === 'description')
  )
}

const refusing = (words: readonly string[]): boolean =>
  /^(?:block|quarantine|sinkhole)_|(?:^|_)(?:block|deny|black)_?lists?(?:_|$)/.test(words.join('_'))

function declaredRole(each: DeclaredProperty, side: ToolSide, table: ToolTableEntry | undefined): RoleOf {
  const own = table?.roles?.[each.pattern] ?? table?.roles?.[each.pattern.replaceAll('[]', '')]
  const { name, type, format, description } = each
  const role = roleOf({ name, type, format, description, choices: each.choices !== undefined }, side)
  return own === undefined ? role : { ...role, role: own, because: 'the table' }
}
