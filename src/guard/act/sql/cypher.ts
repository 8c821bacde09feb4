import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { aimsOf } from '../found/aims.ts'
import { type Found, many } from '../found/found.ts'
import { functionEffect } from './effects.ts'
import { isOfRights } from './rights.ts'

/** Longest text that is read, in UTF-16 units. */
const longest = 32_768
/** A pattern of a graph behind a clause that has one, or what brings rows for it; no SQL begins so. */
const begins =
  /^\s*(?:(?:explain|profile)\s+|use\s+\S+\s+)*(?:(?:optional\s+match|match|merge|create)\s+(?:\w{1,64}\s*=\s*)?\(|unwind\s|load\s+csv\s|foreach\s*\(|call\s*\{|call\s+(?:apoc|dbms|db|gds)\.)/i
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\[\s\S])*'?|"(?:[^"\\]|\\[\s\S])*"?|`[^`]*`?|[\p{L}_][\p{L}\p{N}_.]*|\d[\w.]*|[^\s]/gu

export const isCypher = (text: string): boolean => text.length <= longest && begins.test(text)

/**
 * What a statement over a graph does (Cypher, GQL), by its clauses. There is no parser of it of a size that is worth it for what is asked here:
 * a clause begins with a word of its own, and what stands in quotes or comments is none.
 */
export function readCypher(text: string, found: Found, kept: 'own' | 'shared', depth = 0): void {
  const tokens = [...text.matchAll(token)].map(([each]) => each).filter((each) => !/^\/[/*]/.test(each))
  const words = tokens.map((each) => (/^['"]/.test(each) ? '' : each.replaceAll('`', '').toLowerCase()))
  const has = (...all: string[]) =>
    words.some((word, at) => all.every((each, i) => (i === 0 ? word : words[at + i]) === each))
  const strings = tokens.flatMap((each) => (/^['"]/.test(each) ? [each.slice(1, -1)] : []))
  const labels = tokens.flatMap((each, at) =>
    tokens[at - 1] === ':' && /^[\p{L}`]/u.test(each) ? [each.replaceAll('`', '')] : [],
  )
  for (const label of new Set(labels)) found.part('selector', 'table', label)
  found.raise('look', 'a statement over a graph')
  const changes = has('create') || has('merge') || has('set') || has('remove')
  if (changes) found.raise(kept, 'changes a graph')
  if (has('delete')) {
    // Without a condition or a property it is everything of that label.
    const isAll = !has('where') && !words.includes('{')
    found.raise(isAll ? 'irreversible' : kept, isAll ? 'DELETE of all that match' : 'DELETE of some')
    found.items += isAll ? many : 1
  }
  const standing = /^(?:create|alter|drop|rename|grant|deny|revoke|show)$/
  const rights = words.findIndex(
    (word, at) =>
      standing.test(word) &&
      word !== 'show' &&
      /^(?:users?|roles?|privileges?|aliases|alias|server)$/.test(words[at + 1] ?? ''),
  )
  if (rights >= 0 || /^(?:grant|deny|revoke)$/.test(words[0] ?? ''))
    found.raise('persistence', 'changes who may use it')
  else if (words[0] === 'drop') found.raise('irreversible', `DROP ${(words[1] ?? '').toUpperCase()}`)
  // Somebody is put into a group, or given a role, in a graph that says so.
  const isGiven =
    kept === 'shared' &&
    changes &&
    (labels.some((label) => isOfRights(label)) || new Nouns(labels.flatMap(wordsOf).map(singular)).membership) &&
    (has('merge') || has('create') || has('set'))
  if (isGiven) {
    found.raise('persistence', 'changes what holds rights')
    for (const each of strings) found.part('destination', 'person', each)
  } else for (const each of strings) if (each.length <= 64) found.part('selector', 'id', each)
  for (const [at, word] of words.entries()) {
    if (word === 'csv' && words[at - 1] === 'load') found.adds = true
    if (words[at - 1] !== 'call' || !word.includes('.')) continue
    const effect = functionEffect(tokens[at] ?? '')
    if (effect !== undefined) found.raise(effect.sink, effect.because)
    if (depth < 3) for (const each of strings) if (isCypher(each)) readCypher(each, found, kept, depth + 1)
  }
  if (has('call') || has('csv'))
    for (const each of strings)
      for (const aim of aimsOf(each)) {
        found.part('destination', aim.kind, aim.text)
        found.adds = true
      }
}
