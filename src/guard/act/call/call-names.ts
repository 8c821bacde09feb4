import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import { carriers, filling, promptWords, remoteWords, textWords } from '../roles/property-words.ts'
import { roleOf } from '../roles/roles.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Leaf } from './walk.ts'

/** Names whose text may be arguments of its own, as JSON. */
export const nested = new RegExp(`^(?:${carriers}|patch|edits?|changes?|operations?|files?)$|json$`, 'i')

/** Names that are declared below a pattern; undefined where nothing is known of it, none where its keys are data. */
export function namesUnder({ roles }: ToolModel, pattern: string): ReadonlySet<string> | undefined {
  const above = pattern === '' ? '' : `${pattern}.`
  const names = new Set<string>()
  for (const each of roles.keys())
    if (each.startsWith(above)) names.add(each.slice(above.length).split(/[.[]/, 1)[0] ?? '')
  return names.size > 0 || roles.has(pattern) ? names : undefined
}

/** Acts of version control on what stands there already. */
export const staging = set('add stage unstage commit track')

/** An operation that tells how things are or would be, whatever the tool is called. */
export const isTelling = (words: readonly string[]): boolean =>
  words.length > 0 &&
  (/^(?:plan|preview|dry|diff)$/.test(words[0] ?? '') || readName(words.join('_'))?.sink === 'look') &&
  words.length <= 2

/** That it only tells is said by an argument of declared choices; by any other where the tool declares it, or nothing, and its name does not change things. */
export const mayLower = (leaf: Leaf, { roles, words, operations }: ToolModel): boolean =>
  operations.has(leaf.pattern) ||
  ((roles.size === 0 || leaf.operation === true || leaf.path.includes('#') || isUnder(leaf, roles)) &&
    !words.some((word) => plainVerbs.get(word) === 'change'))

/** Declared itself, or in something of which nothing more is declared. */
function isUnder({ pattern }: Leaf, roles: ToolModel['roles']): boolean {
  if (roles.has(pattern)) return true
  const above = pattern.replace(/(?:\.[^.]*|\[\])$/, '')
  return above !== pattern && above !== '' && isUnder({ pattern: above } as Leaf, roles)
}

/** A word as a shell reads it back. */
export const quoted = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** It says whose system is worked in. */
export const isTheirs = ({ name, path }: Leaf): boolean =>
  !path.includes('#') && wordsOf(name).some((word) => remoteWords.has(singular(word))) && !/path|dir/i.test(name)
/** Paths of services that are asked by what is posted there. */
export const asking = /\/_?(?:m?search|query|count|find|lookup|list|explain|validate|scroll|aggregate)\/?(?:\?.*)?$/i
export const methodic = /^method|^http_?method|^verb/i
/** Something is said beside where a request goes, by whatever name: headers, parameters and how it is read are no content. */
export const isSaid = ({ name, value, above }: Leaf): boolean =>
  typeof value === 'string' &&
  [filling, textWords].some((words) => words.has(singular(wordsOf(name).at(-1) ?? ''))) &&
  !promptWords.has(name) &&
  !above.some((each) => /^(?:headers?|params?|query|cookies?)$/i.test(each))
/** Names of arguments that hold a GraphQL document, whatever the tool is called. */
export const talksGraphql = /^(?:document|mutation|graphql|gql|query)$/i

/** Names of the folder that a command is run in. */
export const workFolder = /^(?:cwd|work_?(?:ing_?)?dir(?:ectory)?)$/i

/** How many things a call names: the longest list of what it destroys or where it sends. */
export function namedIn(counts: ReadonlyMap<string, number>, { roles, side }: ToolModel, sink: Sink): number {
  let most = 0
  for (const [pattern, count] of counts) {
    const role =
      roles.get(`${pattern}[]`) ??
      roles.get(pattern) ??
      roleOf({ name: pattern.replaceAll('[]', '').split('.').at(-1) ?? '', type: 'string' }, side)
    const counted = sink === 'irreversible' ? role.role !== 'control' : role.role === 'destination'
    if (counted) most = Math.max(most, count)
  }
  return most
}

/** A request without a body, or with a method that reads. */
export function isVisit(leaves: readonly Leaf[]): boolean {
  const method = leaves.find(({ name }) => methodic.test(name))
  if (method === undefined) return !leaves.some(isSaid)
  return /^(?:get|head|options)$/i.test(String(method.value ?? ''))
}

/** What its content does is all that the tool does: a command, a statement in shared space, a patch of nobody else’s files. */
export function isLowered(model: ToolModel, content: Sink, isPatch: boolean, leaves: readonly Leaf[]): boolean {
  const { sink, from, side, program, runsElsewhere } = model
  const isLocal = side.sql || program !== undefined || (isPatch && !leaves.some(isTheirs))
  const isHere = content !== 'own' || !runsElsewhere
  return isHere && (sink === 'execution' || (sink === 'shared' && isLocal)) && from !== 'table'
}
