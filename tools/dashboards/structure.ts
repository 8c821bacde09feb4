import { variablesOf } from './expand.ts'

/** What of a dashboard’s JSON the checks look at. */
export interface Shown {
  uid: string
  title: string
  schemaVersion: number
  panels: readonly ShownPanel[]
  templating: { list: readonly ShownVariable[] }
  annotations: { list: readonly { name: string; datasource: { uid: string }; target: ShownTarget }[] }
}
export interface ShownPanel {
  id: number
  title: string
  type: string
  description?: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: readonly ShownTarget[]
}
export interface ShownTarget {
  refId: string
  datasource: { uid: string }
  rawSql?: string
  expr?: string
}
export interface ShownVariable {
  name: string
  type: string
  datasource?: { uid: string }
  query?: string | { rawSql?: string; query?: string }
  allValue?: string
  includeAll?: boolean
}

const repeated = <T>(all: readonly T[]): T[] => all.filter((each, at) => all.indexOf(each) !== at)

/** Every text in a value. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* texts(each)
}

const overlap = (a: ShownPanel['gridPos'], b: ShownPanel['gridPos']): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

/** What would make Grafana refuse a dashboard or show it wrongly, in words. `all` are those that links may lead to. */
export function faultsOf(board: Shown, all: readonly Shown[], sources: ReadonlySet<string>): string[] {
  const faults: string[] = []
  const { panels } = board
  if (!/^[a-z0-9-]{1,40}$/.test(board.uid)) faults.push(`the uid ${board.uid} is not one of 40 plain letters at most`)
  if (all.filter(({ uid }) => uid === board.uid).length !== 1) faults.push(`the uid ${board.uid} is not its own`)
  if (board.schemaVersion < 36) faults.push('the schema is older than what Grafana still migrates well')
  for (const id of repeated(panels.map((panel) => panel.id))) faults.push(`two panels have the id ${id}`)
  for (const [at, a] of panels.entries()) {
    if (a.gridPos.x < 0 || a.gridPos.x + a.gridPos.w > 24 || a.gridPos.h < 1)
      faults.push(`${a.title}: outside the grid`)
    for (const b of panels.slice(at + 1)) if (overlap(a.gridPos, b.gridPos)) faults.push(`${a.title} covers ${b.title}`)
    for (const refId of repeated((a.targets ?? []).map((each) => each.refId)))
      faults.push(`${a.title}: two queries ${refId}`)
    if (a.type !== 'row' && a.type !== 'text') {
      if ((a.targets ?? []).length === 0) faults.push(`${a.title}: asks nothing`)
      if ((a.description ?? '').length < 5) faults.push(`${a.title}: says not what it shows`)
    }
  }
  for (const { datasource } of [
    ...panels.flatMap((panel) => panel.targets ?? []),
    ...board.annotations.list,
    ...board.templating.list.flatMap(({ datasource }) => (datasource === undefined ? [] : [{ datasource }])),
  ])
    if (!sources.has(datasource.uid)) faults.push(`no data source is provisioned under the uid ${datasource.uid}`)
  const defined = new Set(board.templating.list.map(({ name }) => name))
  for (const name of new Set([...texts(board)].flatMap(variablesOf)))
    if (!defined.has(name)) faults.push(`the variable ${name} is used and not defined`)
  for (const { name } of board.templating.list) {
    const others = { ...board, templating: { list: board.templating.list.filter((each) => each.name !== name) } }
    if (![...texts(others)].flatMap(variablesOf).includes(name)) faults.push(`the variable ${name} is not used`)
  }
  for (const link of texts(board)) faults.push(...faultsOfLink(link, all))
  return faults
}

function faultsOfLink(link: string, all: readonly Shown[]): string[] {
  const [, uid, query = ''] = /^\/d\/([\w-]+)(?:\?(.*))?$/.exec(link) ?? []
  if (uid === undefined) return []
  const aim = all.find((board) => board.uid === uid)
  if (aim === undefined) return [`a link leads to ${uid}, which is not there`]
  const known = new Set(aim.templating.list.map(({ name }) => name))
  return [...query.matchAll(/var-(\w+)=|\$\{(\w+):queryparam\}/g)]
    .map(([, given, kept]) => given ?? kept ?? '')
    .filter((name) => !known.has(name))
    .map((name) => `a link gives ${uid} the variable ${name}, which it does not have`)
}
