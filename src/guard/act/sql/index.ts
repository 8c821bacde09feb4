import { type Found, many } from '../found.ts'
import type { Ground } from '../paths.ts'
import { readAims } from './aims.ts'
import { functionEffect, statementEffect } from './effects.ts'
import { parseSql } from './parser.ts'
import { readRights } from './rights.ts'
import { readTrees } from './tree.ts'
import { statementsOf, type Token } from './words.ts'

/**
 * What SQL does: the gravest of its statements, the tables it names, hosts and files it reaches. Trees of the kept parser where
 * some dialect takes the text, else its words, which never say less.
 */
export function readSql(given: string, found: Found, kept: 'own' | 'shared', ground: Ground) {
  // MySQL runs what stands in comments of this kind.
  const text = given.includes('/*!') ? given.slice(0, 262_144).replace(/\/\*!\d*|\*\//g, ' ') : given
  const statements = statementsOf(text)
  for (const statement of statements) {
    readAims(statement, found)
    if (kept === 'shared') readRights(statement, found)
    created(statement, found)
  }
  const trees = parseSql(text)
  if (trees !== undefined && trees.length > 0 && readTrees(trees, found, kept, ground)) return
  if (statements.length === 0) return
  for (const statement of statements) readWords(statement, found, kept, ground)
}

const opens =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]{0,2000}?\*\/)*(?:alter|create|drop|grant|revoke|deny|update|insert|delete|truncate|merge|replace|call|exec(?:ute)?|do|with|copy|set|begin|start)\s/i
/** Longest text that is looked at without a parser, in UTF-16 units. */
const longest = 8192
/** What a sentence that begins with the same verb does not have. */
const structured =
  /^\W*(?:alter\s+(?:table|role|user|database|schema|default|system|policy|view|function)\s+\S+\s+\S|(?:grant|revoke)\s[^.!?]+\s(?:to|from)\s+[\w"`.]+\s*(?:with\s[\w\s]+)?;?\s*$|update\s+\S+\s+set\s+\S+\s*=|delete\s+from\s+\S+\s+where\s.+[=<>]|insert\s+into\s+\S+\s*(?:\([^)]*\)\s*)?(?:values|select)\b|drop\s+(?:table|policy|role|user|database|schema|view|trigger)\s+(?:if\s+exists\s+)?[\w".`]+)/i

/** A text that is SQL which changes something, whatever it is called: it parses, or has what no sentence has. */
export const isStatement = (text: string): boolean =>
  opens.test(text) && ((text.length <= longest && structured.test(text)) || (parseSql(text)?.length ?? 0) > 0)

/** `CREATE [TEMP] TABLE a.b …`: makes `a.b`. Where it may be there already (IF NOT EXISTS, OR REPLACE), it makes nothing. */
function created(tokens: readonly Token[], found: Found): void {
  const words = tokens.map((token) => token.text.toLowerCase())
  const at = words.findIndex((word, i) => i > 0 && i < 4 && /^(?:table|view|schema|database|index)$/.test(word))
  if (words[0] !== 'create' || at < 0 || words.slice(1, at + 4).some((word) => /^(?:exists|replace)$/.test(word)))
    return
  const name: string[] = []
  for (const { text } of tokens.slice(at + 1, at + 6)) {
    if (name.length > 0 && text !== '.' && name.at(-1) !== '.') break
    name.push(text)
  }
  found.makes.push(name.join(''))
}

function readWords(tokens: readonly Token[], found: Found, kept: 'own' | 'shared', ground: Ground) {
  const words = tokens.map((token) => (token.kind === 'string' ? '' : token.text.toLowerCase()))
  // `EXPLAIN ANALYZE DELETE` and `WITH … DELETE` do what the last verb says.
  const verbs = new Set(
    words[0] === 'with' || words[0] === 'explain'
      ? words.filter((word) => /^(?:insert|update|delete|merge|drop|truncate)$/.test(word))
      : [],
  )
  const skipped = new Set([
    'or',
    'replace',
    'temp',
    'temporary',
    'if',
    'not',
    'exists',
    'unique',
    'global',
    'local',
    'trusted',
    'external',
  ])
  const second =
    words.slice(1).find((word) => !skipped.has(word) || (words[0] !== 'create' && words[0] !== 'alter')) ?? ''
  const effect = statementEffect(words[0] ?? '', second, kept)
  if (effect === undefined)
    found.raise('execution', `“${(tokens[0]?.text ?? '').slice(0, 40)}” is no statement that is known`)
  else found.raise(effect.sink, effect.because)
  for (const verb of verbs) found.raise(statementEffect(verb, '', kept)?.sink ?? kept, verb.toUpperCase())
  for (const [at, token] of tokens.entries()) {
    const word = words[at] ?? ''
    const next = tokens[at + 1]
    if (next?.text === '(') {
      const reach = functionEffect(token.text)
      if (reach !== undefined && token.kind === 'word') found.raise(reach.sink, reach.because)
    }
    if (/^(?:from|join|into|table|update)$/.test(word) && next?.kind === 'word')
      found.part('selector', 'table', next.text)
    if (/^(?:outfile|dumpfile)$/.test(word) && next !== undefined) found.write(next.text, ground)
    if (word === 'into' && next?.kind === 'string') found.write(next.text, ground)
    if (/^(?:program|shell|system|command)$/.test(word) && next?.kind === 'string') {
      found.raise('execution', `${word.toUpperCase()}`)
      found.part('command', 'shell', next.text)
    }
    if (/^xp_/.test(word)) found.raise('execution', `calls ${word}`)
  }
  const first = words[0] ?? ''
  if (first === 'pragma' && words.includes('=')) found.raise('own', 'PRAGMA that sets')
  const whole =
    (first === 'delete' || first === 'update') &&
    ((!words.includes('where') && !words.includes('limit')) || alwaysTrue(tokens))
  if (whole || (verbs.has('delete') && !words.includes('where'))) {
    found.raise('irreversible', `${first.toUpperCase()} of all rows`)
    found.items += many
  } else if (first === 'delete' || first === 'update') found.items += Math.max(1, inList(tokens))
  if (first === 'alter' && words.includes('drop')) found.raise('irreversible', 'ALTER that drops')
  if (first === 'truncate') found.items += many
  if (first === 'drop') found.items += 1
}

/** `WHERE 1 = 1`, `WHERE true`, `… OR 'a' = 'a'`. */
const alwaysTrue = (tokens: readonly Token[]): boolean =>
  tokens.some(({ text }, at) => {
    if (!/^(?:where|or)$/i.test(text)) return false
    const [left, mark, right] = tokens.slice(at + 1, at + 4)
    if (left === undefined) return false
    const alone = mark === undefined || /^(?:or|;)$/i.test(mark.text)
    return (alone && /^(?:true|[1-9]\d*)$/i.test(left.text)) || (mark?.text === '=' && left.text === right?.text)
  })

/** The longest `IN (…)`. */
function inList(tokens: readonly Token[]): number {
  let most = 1
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.text.toLowerCase() !== 'in' || tokens[at + 1]?.text !== '(') continue
    let count = 1
    for (at += 2; at < tokens.length && tokens[at]?.text !== ')'; at++) if (tokens[at]?.text === ',') count++
    most = Math.max(most, count)
  }
  return most
}
