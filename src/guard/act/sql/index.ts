import { type Ground, landingOf } from '../files/paths.ts'
import { type Found, many } from '../found/found.ts'
import { readAims } from './aims.ts'
import { isCypher, readCypher } from './cypher.ts'
import { calledAlone, type Effect, functionEffect, statementEffect } from './effects.ts'
import { parseSql } from './parser.ts'
import { readRights } from './rights.ts'
import { readTrees } from './tree.ts'
import { statementsOf, type Token } from './words.ts'

/**
 * What SQL does: the gravest of its statements, the tables it names, hosts and files it reaches. Trees of the kept parser where
 * some dialect takes the text, else its words, which never say less.
 */
export function readSql(given: string, found: Found, kept: 'own' | 'shared', ground: Ground, depth = 0) {
  if (isCypher(given)) return readCypher(given, found, kept, depth)
  // MySQL runs what stands in comments of this kind.
  const text = given.includes('/*!') ? given.slice(0, 262_144).replace(/\/\*!\d*|\*\//g, ' ') : given
  const statements = statementsOf(text)
  const made = new Set<string>()
  const ofText = new Set<string>()
  const gone = new Set<string>()
  for (const statement of statements) {
    readAims(statement, found)
    if (kept === 'shared') readRights(statement, found)
    for (const name of created(statement)) {
      found.makes.push(name)
      made.add(name)
    }
    for (const name of dropped(statement)) {
      if (made.has(name) && !gone.has(name)) ofText.add(name)
      gone.add(name)
    }
    copies(statement, found, kept, ground)
    const alone = aloneIn(statement)
    if (alone !== undefined) found.raise(alone.sink, alone.because)
    if (depth < 3) for (const inner of handedOver(statement)) readSql(inner, found, kept, ground, depth + 1)
  }
  for (const name of gone) found.dropped(name, ofText.has(name))
  const trees = parseSql(text)
  if (trees !== undefined && trees.length > 0 && readTrees(trees, found, kept, ground)) return
  if (statements.length === 0) return
  for (const statement of statements) found.step(() => readWords(statement, found, kept, ground))
}

/** `SELECT f(…)` and `SELECT * FROM f(…)`: what the function does is what the statement does. */
function aloneIn(tokens: readonly Token[]): Effect | undefined {
  const words = tokens.map(({ text }) => text.toLowerCase())
  const at = words[1] === '*' && words[2] === 'from' ? 3 : 1
  const isAlone = words[0] === 'select' && words[at + 1] === '(' && (at === 3 || !words.includes('from'))
  return isAlone ? calledAlone(tokens[at]?.text ?? '') : undefined
}

/** Statements that are handed as texts to a function which acts: `cron.schedule('x', '0 2 * * *', 'TRUNCATE a')`. */
function handedOver(tokens: readonly Token[]): string[] {
  const inner: string[] = []
  const acting: boolean[] = []
  for (const [at, { kind, text }] of tokens.entries()) {
    const before = tokens[at - 1]
    if (kind === 'mark' && text === '(')
      acting.push(acting.at(-1) === true || (before?.kind === 'word' && functionEffect(before.text) !== undefined))
    else if (kind === 'mark' && text === ')') acting.pop()
    else if (kind === 'string' && acting.at(-1) === true && inner.length < 16 && isStatement(text)) inner.push(text)
  }
  return inner
}

const opens =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]{0,2000}?\*\/)*(?:alter|create|drop|grant|revoke|deny|update|insert|delete|truncate|merge|replace|call|exec(?:ute)?|do|with|copy|set|begin|start)\s/i
/** Longest text that is looked at without a parser, in UTF-16 units. */
const longest = 8192
/** What a sentence that begins with the same verb does not have. */
const structured =
  /^\W*(?:alter\s+(?:table|role|user|database|schema|default|system|policy|view|function)\s+\S+\s+\S|(?:grant|revoke)\s[^.!?]+\s(?:to|from)\s+[\w"`.]+\s*(?:with\s[\w\s]+)?;?\s*$|update\s+\S+\s+set\s+\S+\s*=|delete\s+from\s+(?:\S+\s+where\s.+[=<>]|[\w"`.]+\s*;?\s*$)|truncate\s+(?:table\s+)?[\w"`.]+\s*;?\s*$|insert\s+into\s+\S+\s*(?:\([^)]*\)\s*)?(?:values|select)\b|drop\s+(?:table|policy|role|user|database|schema|view|trigger)\s+(?:if\s+exists\s+)?[\w".`]+)/i

/** A text that is SQL which changes something, whatever it is called: it parses, or has what no sentence has. */
export const isStatement = (text: string): boolean =>
  isCypher(text) ||
  (opens.test(text) && ((text.length <= longest && structured.test(text)) || (parseSql(text)?.length ?? 0) > 0))

/** What may be created and dropped, as one thing with a name. */
const objects = /^(?:table|view|schema|database|index|sequence|type|domain|macro)$/

/** Whom data is handed to, and by what. */
const givesAccess = /^(?:policy|share|listing|recipient|integration)$/

/** Where the name of what a CREATE or DROP is of begins; -1 where it is of nothing that has one. */
function nameAt(words: readonly string[]): number {
  const at = words.findIndex((word, i) => i > 0 && i < 5 && objects.test(word))
  return at < 0 ? -1 : at + 1
}

/** A name of several parts that begins here: `a.b`. */
function nameFrom(tokens: readonly Token[], at: number): string {
  let name = ''
  for (const { text } of tokens.slice(at, at + 6)) {
    if (name !== '' && text !== '.' && !name.endsWith('.')) break
    name += text
  }
  return name
}

/**
 * `CREATE [TEMP] TABLE a.b …`: makes `a.b`, and with OR REPLACE what is there of that name from then on. Where it may be there already and
 * stays (IF NOT EXISTS), it makes nothing.
 */
function created(tokens: readonly Token[]): string[] {
  const words = tokens.map((token) => token.text.toLowerCase())
  const at = nameAt(words)
  if (words[0] !== 'create' || at < 0 || words.slice(at, at + 3).includes('exists')) return []
  return [nameFrom(tokens, at)]
}

/** `DROP TABLE [IF EXISTS] a.b, c` and `TRUNCATE [TABLE] a`: the names. */
function dropped(tokens: readonly Token[]): string[] {
  const words = tokens.map((token) => token.text.toLowerCase())
  if (words[0] !== 'drop' && words[0] !== 'truncate') return []
  const named = words[0] === 'drop' ? nameAt(words) : 1
  let at = named < 0 ? 2 : named
  while (/^(?:table|if|exists|only|concurrently)$/.test(words[at] ?? '')) at++
  const names: string[] = []
  for (; at < tokens.length && names.length < 64; at++) {
    const name = nameFrom(tokens, at)
    if (!/^[\p{L}\p{N}_$"]/u.test(name)) break
    names.push(name)
    while (tokens[at + 1]?.text === '.') at += 2
    if (tokens[at + 1]?.text !== ',') break
    at++
  }
  return names
}

/** COPY and the like: to a file of this machine it writes, from one it changes rows, and else it leaves. */
function copies(tokens: readonly Token[], found: Found, kept: 'own' | 'shared', ground: Ground): void {
  const [first] = tokens
  if (first === undefined || !/^(?:copy|export|unload)$/i.test(first.text)) return
  const said = first.text.toUpperCase()
  const way = wayOf(tokens)
  const file = way?.next?.kind === 'string' && !/^[a-z][a-z\d+.-]+:/i.test(way.next.text) ? way.next.text : undefined
  // What a server of others writes is on its disk: a path is ours where it lies under the roots.
  const isHere = (path: string) =>
    kept === 'own' || (ground.roots.length > 0 && landingOf(path, ground).in === 'inside')
  if (way?.isFrom === true) found.raise(kept, said)
  else if (file !== undefined && isHere(file)) found.write(file, ground)
  else if (/^(?:stdout|program)$/i.test(way?.next?.text ?? '')) found.raise('look', `${said} to its output`)
  else found.raise('outward', said)
}

/** The FROM or TO of a COPY, outside brackets, and what follows it. */
function wayOf(tokens: readonly Token[]): { isFrom: boolean; next: Token | undefined } | undefined {
  let depth = 0
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'mark') depth += text === '(' ? 1 : text === ')' ? -1 : 0
    if (kind === 'word' && depth === 0 && /^(?:to|database|from)$/i.test(text))
      return { isFrom: /^from$/i.test(text), next: tokens[at + 1] }
  }
  return undefined
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
  const isDefined = words[0] === 'create' || words[0] === 'alter'
  const following = words.slice(1, 6).filter((word) => !isDefined || !skipped.has(word))
  // `ALTER OUTBOUND SHARE`, `CREATE STORAGE INTEGRATION`: what it is of stands behind what kind of it.
  const giving =
    isDefined && !objects.test(following[0] ?? '') ? following.slice(1, 3).find((w) => givesAccess.test(w)) : undefined
  const second = giving ?? following[0] ?? ''
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
    if (
      (/^(?:from|join|into|update)$/.test(word) ||
        (word === 'table' && words[0] !== 'drop' && words[0] !== 'truncate')) &&
      next?.kind === 'word'
    )
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
