import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import type { Leaf } from '../call/walk.ts'
import { isSqlLine } from '../sql/line.ts'
import type { ToolModel } from '../tool/model.ts'
import type { ToolTableEntry } from '../tool/table.ts'
import { againstName, matched } from './against-name.ts'
import * as property from './property-words.ts'
import { type RoleOf, roleOf, silent } from './roles.ts'
import { isDotted, shapeOf } from './shape.ts'

/** What is looked for and not gone to. */
const sought = /(?:^|[^a-z])(?:q|query|search|pattern|regex|filter|text|terms?|keywords?|id)$/i

/** The path of a request, where its method stands beside it: no file. */
export const servicePath: RoleOf = { role: 'selector', kind: 'id', because: 'a path of a service' }
/** The kind of what names something only by what it looks like. */
export const naming = 'naming'
const identifier = /^(?=[^\d]*\d)[\p{L}\p{N}][\p{L}\p{N}_.:#/@+-]{1,63}$/u
const fewWords = /^[\p{L}\p{N}][^\n.!?;]{0,47}$/u

/** A value of which nothing says what it is for names a thing where it looks like a number of one; in an act that nothing explains, every few words do. */
const isNaming = (text: string, { from, program }: ToolModel, sink: Sink): boolean =>
  (sink === 'shared' || sink === 'outward' || sink === 'money') &&
  (identifier.test(text) ||
    ((from === 'nothing' || sink === 'money') &&
      program === undefined &&
      fewWords.test(text) &&
      text.split(/\s+/).length <= 4))

/** No name of a host: one label, and nothing that hosts of a house are called by. */
const isLabel = (text: string): boolean => /^[\p{L}_-]+$/u.test(text)

/**
 * What one value of a call is for: the operator’s word, what its tool declares, else what its name and shape say. `sink`: of the call
 * so far; it counts where the tool’s name leaves open what it does.
 */
export function roleOfLeaf(
  leaf: Leaf,
  text: string,
  model: ToolModel,
  table: ToolTableEntry | undefined,
  sink: Sink,
): RoleOf {
  const role = givenRole(leaf, text, model, table, sink)
  if (role.because === 'the table') return role
  const shown = againstName(leaf, text, role, model, sink)
  if (shown !== undefined) return shown
  if (role.role === 'command' && role.kind === 'shell' && isSqlLine(text, model.talksSql))
    return { ...role, kind: 'sql', because: `${role.because}, and it is a statement` }
  if (role.role === 'destination' && role.kind === 'mailbox' && isFolder(leaf.name, text))
    return { role: 'selector', kind: 'id', because: `${role.because}, and it is no address` }
  if ((role.kind === 'host' || role.kind === 'path') && isEntity(leaf.name, text))
    return { role: 'selector', kind: entity, because: 'an id, and no host' }
  if (role.role !== 'payload' && model.choices.get(leaf.pattern)?.has(text) === true)
    return { role: 'control', because: 'one of a few choices' }
  // What costs is named in a few words; what is longer is said of it.
  if (role.role === 'selector' && role.because === silent && sink === 'money' && !isNaming(text, model, sink))
    return { role: 'payload', because: 'a text' }
  return isData(leaf, role, model) ? { role: 'payload', because: 'an address that is written down' } : role
}

/** The kind of what is named as a system names its things: `climate.living`. */
const entity = 'entity'
/** Kinds of what may be spelt like an address, and is none: the number of a message, what a system calls a thing, what is looked for. */
export const unaddressed: ReadonlySet<string> = new Set(['message', entity, matched])
/** Two words with a dot between them, as the id of something that is no place of the net. */
function isEntity(name: string, text: string): boolean {
  const [head, ...of] = wordsOf(name).map(singular).reverse()
  const isId = (head === 'id' && of.length > 0) || head === 'entity'
  return (
    isId &&
    ![...of].some(
      (word) => property.placeWords.host?.has(word) || property.placeWords.url?.has(word) || word === 'to',
    ) &&
    /^[a-z][a-z_]*\.[a-z\d_]+$/.test(text)
  )
}

/** A mailbox without an address is a folder of messages, and an id of a mail says which message. */
const isFolder = (name: string, text: string): boolean =>
  /^(?:mailbox|id|uid|number)$/.test(wordsOf(name).map(singular).at(-1) ?? '') &&
  !/[@\s]/.test(text.trim()) &&
  shapeOf(text) === undefined

/** An address that is a field of a record that is made, or stands on a list of what is kept out: nothing goes to it. */
function isData({ name, above }: Leaf, { role, kind }: RoleOf, { records, refuses, words }: ToolModel): boolean {
  if (role !== 'destination' || !/^(?:mailbox|url|host|ip|phone|handle)$/.test(kind ?? '')) return false
  if (refuses) return true
  const own = wordsOf(name).map(singular)
  const holders = above.flatMap(wordsOf).map(singular)
  const last = own.at(-1) ?? ''
  const isAddress =
    (property.addressWords.has(last) || isParty(last)) && !own.some((word) => property.partyWords.has(word))
  const isField =
    holders.some((word) => property.fieldWords.has(word)) ||
    isParty(singular(words.at(-1) ?? '')) ||
    (/^(?:record|entry|card|profile)$/.test(words.at(-1) ?? '') && words.some((word) => isParty(singular(word))))
  // A table’s own column, whether a record of it is new or not.
  const isColumn = /^fields?$/.test(holders.at(-1) ?? '')
  return (records || isColumn) && isAddress && isField && !holders.some((word) => property.partyWords.has(word))
}

/** Somebody of whom a record is kept. */
const isParty = (noun: string): boolean => /^(?:contact|customer|lead|company|candidate|supplier|vendor)$/.test(noun)

function givenRole(leaf: Leaf, text: string, model: ToolModel, table: ToolTableEntry | undefined, sink: Sink): RoleOf {
  const { roles, side } = model
  const operators = table?.roles ?? model.table?.roles
  const own = operators?.[leaf.pattern] ?? operators?.[leaf.pattern.replaceAll('[]', '')]
  const shape = shapeOf(text)
  const looks = { shape, isDotted: shape === 'path' && isDotted(text) }
  if (own !== undefined) return { role: own, because: 'the table', ...(shape === undefined ? {} : { kind: shape }) }
  const declared = roles.get(leaf.pattern)
  if (declared === servicePath) return declared
  const at = { ...side, sink: model.open ? sink : side.sink }
  if (leaf.key === true) {
    const holder = roleOf({ name: leaf.name, type: 'string', ...looks }, at)
    return shape === undefined || holder.role === 'destination' || holder.role === 'selector'
      ? { ...holder, ...(shape === undefined ? {} : { kind: shape }) }
      : roleOf({ name: '', ...looks }, at)
  }
  if (leaf.paired) return roleOf({ name: leaf.name, type: typeof leaf.value, ...looks }, at)
  if (declared === undefined || (model.open && declared.role !== 'control')) {
    const byValue = roleOf({ name: leaf.name, type: typeof leaf.value, ...looks }, at)
    const above = leaf.above.findLast((name) => name !== '') ?? ''
    // `{payload: {html: …}}`: what holds it may say more than its own name.
    const said =
      byValue.because !== silent || above === '' ? byValue : roleOf({ name: above, type: 'string', ...looks }, at)
    const isSilent = said.role === 'payload' && byValue.because === silent
    return isSilent && isNaming(text, model, sink)
      ? { role: 'selector', kind: naming, because: 'its value names something' }
      : said
  }
  if (declared.role === 'control' && shape !== undefined && shape !== 'path') return roleOf({ name: '', ...looks }, at)
  if (declared.role === 'payload' && declared.because === silent && isNaming(text, model, sink))
    return { role: 'selector', kind: naming, because: 'its value names something' }
  // Nothing says what it is for: its value does.
  if (declared.role === 'payload' && declared.because === silent && shape !== undefined)
    return roleOf({ name: '', ...looks }, at)
  if (declared.kind === 'host' && isLabel(text) && /domain$/i.test(leaf.name))
    return { role: 'selector', kind: naming, because: 'one word, and no host' }
  if (declared.kind === 'code' && shape !== undefined)
    return roleOf({ name: leaf.name, type: typeof leaf.value, ...looks }, at)
  const isPlace = declared.kind === 'path' || (declared.role === 'selector' && !sought.test(leaf.name))
  const fetchable = shape === 'url' && isPlace && (side.sink === 'look' || side.fetches)
  if (fetchable) return { role: 'destination', kind: 'url', because: 'its value is a url' }
  if (looks.isDotted && declared.role === 'destination' && declared.kind !== 'url')
    return { ...declared, kind: 'person' }
  if (
    shape !== undefined &&
    (declared.kind === undefined || declared.kind === 'path') &&
    declared.role !== 'payload' &&
    declared.role !== 'command' &&
    declared.role !== 'control'
  )
    return { ...declared, kind: shape }
  return declared
}
