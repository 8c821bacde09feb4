import { type Doing, eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Leaf } from '../call/walk.ts'
import { carriers, operationWords } from '../roles/property-words.ts'
import type { DeclaredProperty } from './schema.ts'

/** Names of arguments that say in a word of their own what is done; a command line and a kind of event are none. */
const operating = set('action operation op verb act method function fn func mutation procedure')
const names = /^[\p{L}_][\p{L}\p{N}_.:/ -]{1,63}$/u
/** What carries the values of a call that is named beside them. */
const carrying = new RegExp(`^(?:|${carriers})$`, 'i')

/** Verbs of what is there already. */
export const alters: ReadonlySet<Doing> = new Set<Doing>([
  'change',
  'detach',
  'unmake',
  'give',
  'stop',
  'set',
  'approve',
])

/** Verbs that leave a thing behind where none was. */
const leaves: ReadonlySet<Doing> = new Set<Doing>(['make', 'send', 'work'])

/** An act is known to leave something new behind by its verbs. */
export const leavesNew = (doing: readonly Doing[]): boolean =>
  doing.includes('make') || (doing.some((each) => leaves.has(each)) && !doing.some((each) => alters.has(each)))

/** The verb in a noun that is made from it: `deletion`, `termination`. */
const verbOf = (word: string): string => {
  const verb = `${word.slice(0, -3)}e`
  return word.endsWith('ion') && plainVerbs.has(verb) ? verb : word
}

/** The words of an operation: `DeleteBackupVault`, `acl.assign`, `urn:SetState`. */
export const operationOf = (value: string): string[] => wordsOf(value.slice(0, 64)).map(verbOf)

/** A text that says which act a call is, in an argument for that: it has a verb, and is a name and no sentence. */
export function saysOperation({ name, value, above, key, pointer }: Leaf): boolean {
  if (typeof value !== 'string' || key === true || pointer === true || !names.test(value)) return false
  if (!operating.has(singular(wordsOf(name).at(-1) ?? '')) || !above.every((each) => carrying.test(each))) return false
  const words = operationOf(value)
  const last = operationOf(value.split(/[./:]/).at(-1) ?? '')
  return (
    words.length <= 6 &&
    (words.some((word) => plainVerbs.has(word)) || eitherVerbs.has(words[0] ?? '') || eitherVerbs.has(last[0] ?? ''))
  )
}

/** An argument by which one of several acts of its tool is chosen. */
export const choosesOperation = ({ name, choices, said }: DeclaredProperty): boolean =>
  ((choices ?? said)?.length ?? 0) > 1 && operationWords.has(singular(wordsOf(name).at(-1) ?? ''))
