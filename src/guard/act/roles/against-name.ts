import { set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import { isConversation } from '../../identity/index.ts'
import type { Leaf } from '../call/walk.ts'
import type { ToolModel } from '../tool/model.ts'
import * as property from './property-words.ts'
import { type RoleOf, towards } from './roles.ts'
import { shapeOf } from './shape.ts'

/** What an argument names by where people talk: `chatId`, `thread_id`, `conversationIds`. */
const talks = (name: string): boolean =>
  wordsOf(name)
    .map(singular)
    .some((word) => word === 'thread' || property.placeWords.channel?.has(word) === true)

/** Somewhere, or spelt like it. */
const leads = ({ role }: RoleOf, text: string): boolean =>
  role === 'destination' || (role === 'selector' && isPlaced(text))
const isPlaced = (text: string): boolean => {
  const shape = shapeOf(text)
  return shape !== undefined && shape !== 'path'
}

/** The kind of what is looked for and not gone to, whatever it is spelt like. */
export const matched = 'matched'

/** The kind of a calendar, which services call by a mailbox: what is put there goes to nobody, where a system lists it. */
export const calendar = 'calendar'
const isCalendar = (name: string): boolean => /^(?:.*[^a-z])?calendars?[_-]?ids?$/i.test(name)

/** What holds conditions, as the last word of what holds a value. */
const conditions = set(
  'criteria criterion condition exception match matching predicate query where filter when if unless',
)
/** What holds, or is called by, what is done with those that match. */
const deeds = set(
  'action forward redirect then do set update send notify invite share assign delegate webhook hook callback',
)

/** Who is let in where he is named, in whatever it stands. */
const invited = set('attendee invitee guest grantee')

/** It stands among conditions: which ones are meant, of what is changed or kept. Who gets something is chosen by none. */
function isMatched({ name, above }: Leaf): boolean {
  const holders = above.map((each) => wordsOf(each).map(singular))
  const at = holders.findLastIndex((words) => conditions.has(words.at(-1) ?? ''))
  if (at < 0) return false
  const isDeed = (words: readonly string[]) => words.some((word) => deeds.has(word))
  const own = wordsOf(name).map(singular)
  return (
    !isDeed(own) &&
    !own.some((word) => invited.has(word)) &&
    !holders.slice(at).some(isDeed) &&
    !holders.slice(0, at).some((words) => isDeed(words) || words.some((word) => property.partyWords.has(word)))
  )
}

/** It stands in rows of rows, or in what is called a cell, and only its shape leads anywhere. */
const isCell = ({ name, pattern }: Leaf, { because }: RoleOf): boolean =>
  because.startsWith('its value is') &&
  (pattern.endsWith('[][]') || property.fieldWords.has(singular(wordsOf(name).at(-1) ?? '')))

/** How services call whoever asks them. */
const principal = /^(?:@?me|@?self|myself|[@$]?current_?user(?:\(\))?)$/i

/** It says who does a work or looks after it. */
const isSomebody = (name: string, { role }: RoleOf): boolean =>
  (role === 'destination' || role === 'selector') &&
  wordsOf(name)
    .map(singular)
    .some((word) => property.placeWords.person?.has(word) || /^(?:owner|watcher|organizer|assigned|author)$/.test(word))

const uuid = /^\{?[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}\}?$/i
/** Letters and digits as systems draw them; an account is written as digits, or begins with its country. */
const drawn = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\da-zA-Z]{15,18}$|^(?=.*\d)(?=.*[a-f])(?:[\da-f]{24}|[\da-f]{32})$/
const isOpaque = (text: string): boolean =>
  (uuid.test(text.trim()) || drawn.test(text.trim())) && shapeOf(text) === undefined

/** Whom a bill is made out to: he pays, and is paid nothing. */
const billed = set('contact customer client')
const bills = set('invoice quote estimate')

/** Where people come together: who is named there is let in, whatever names him. */
const gathers = set(
  'chat channel conversation room thread group meeting event calendar call participant attendee team space dm',
)

/** It ends in id, and says of whom or what the record is: not who gets something, nor whose money it is. */
function namesRecord(name: string, tool: readonly string[], sink: Sink): boolean {
  const words = wordsOf(name).map(singular)
  if (!/^[gu]?u?id$/.test(words.at(-1) ?? '') || words.some((word) => reaching.has(word))) return false
  const isPerson = words.some((word) => property.placeWords.person?.has(word))
  if (sink === 'shared') return !(isPerson && tool.some((word) => gathers.has(singular(word))))
  return sink === 'money' && words.some((word) => billed.has(word)) && tool.some((word) => bills.has(singular(word)))
}

/** Who gets something: to whom it goes or is shared with, and who takes part. */
const reaching: ReadonlySet<string> = new Set([
  ...property.partyWords,
  ...set('share shared with from iban payee beneficiary payer target dest destination invited'),
])

/** A part of a sheet, as sheets call it: `Plan!A2:G6`. */
const cells = /^(?:[^!\n]{1,100}!)?\$?[A-Z]{1,3}\$?\d{0,7}(?::\$?[A-Z]{1,3}\$?\d{0,7})?$/

/** What the value itself, or what it stands in, says against its name; undefined where they say nothing. */
export function againstName(
  leaf: Leaf,
  text: string,
  role: RoleOf,
  { from, words }: ToolModel,
  sink: Sink,
): RoleOf | undefined {
  const { name } = leaf
  if (sink === 'shared' && from !== 'nothing' && leads(role, text) && isMatched(leaf))
    return { role: 'selector', kind: matched, because: 'a condition' }
  if (sink === 'shared' && principal.test(text.trim()) && isSomebody(name, role))
    return { role: 'control', because: 'the principal himself' }
  if (sink === 'shared' && from !== 'nothing' && role.role === 'destination' && isCell(leaf, role))
    return { role: 'payload', because: 'a value of a table' }
  if (role.role === 'destination' && isOpaque(text) && namesRecord(name, words, sink))
    return { role: 'selector', kind: 'id', because: 'an id of a record' }
  if (isConversation(text) && talks(name) && (role.role === 'selector' || role.role === 'destination'))
    return {
      role: towards.has(sink) ? 'destination' : role.role,
      kind: 'channel',
      because: 'a number of a conversation',
    }
  if (role.role === 'selector' && /range$/i.test(name) && cells.test(text.trim()))
    return { role: 'control', because: 'a part of a sheet' }
  if (sink === 'shared' && isCalendar(name) && shapeOf(text) === 'mailbox')
    return {
      role: role.role === 'destination' ? 'destination' : 'selector',
      kind: calendar,
      because: 'the name of a calendar',
    }
  if (role.kind === 'channel' && shapeOf(text) === 'mailbox') return { ...role, kind: 'mailbox' }
  return undefined
}
