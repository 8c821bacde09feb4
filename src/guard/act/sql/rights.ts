import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Found } from '../found/found.ts'
import type { Token } from './words.ts'

/** Who may sign in or act, as databases call it. */
const principal = /^(?:user|role|login|group|member|share|recipient)$/
/** What stands after the word that a name is about: `role_id`, `password_hash`, `access_level`. */
const about = /^(?:id|ids|name|names|hash|level|flag|type|list|mask|mode|value)$/

/** A table or column that holds who may do what, or by what somebody is known: `user_roles`, `is_admin`. */
export function isOfRights(name: string): boolean {
  const words = wordsOf(name.split('.').at(-1) ?? '').map(singular)
  while (words.length > 1 && about.test(words.at(-1) ?? '')) words.pop()
  return new Nouns(words.slice(-2)).right('') !== undefined && new Nouns(words.slice(-1)).words.some(isRight(words))
}
const isRight = (words: readonly string[]) => (last: string) =>
  new Nouns([last]).right('') !== undefined || (last === 'key' && words.length > 1)

/**
 * What one statement does to rights and to what protects rows: grants, roles, owners, protection that is switched off, and rows of tables and
 * columns that hold rights. Whom it is done to is an aim.
 */
export function readRights(tokens: readonly Token[], found: Found): void {
  const words = tokens.map(({ kind, text }) => (kind === 'string' ? '' : text.toLowerCase()))
  const [first = '', second = ''] = words
  const name = (at: number) => {
    const token = tokens[at]
    if (token !== undefined && token.kind !== 'mark') found.part('destination', 'person', token.text)
  }
  switch (first) {
    case 'grant':
    case 'revoke':
    case 'deny': {
      const on = words.indexOf('on')
      const to = Math.max(words.lastIndexOf('to'), words.lastIndexOf('from'))
      // A role that is given, and not a privilege on a thing.
      if (on < 0) for (const role of tokens.slice(1, Math.max(1, to))) setting(role, found)
      else {
        const thing = tokens.slice(on + 1, to < 0 ? undefined : to).findLast(({ kind }) => kind === 'word')
        if (thing !== undefined) found.part('selector', 'table', thing.text)
      }
      for (let at = to + 1; to > 0 && at < tokens.length && words[at] !== 'with'; at++)
        if (!principal.test(words[at] ?? '')) name(at)
      return
    }
    case 'create':
    case 'drop':
    case 'alter': {
      if (principal.test(second)) name(words[2] === 'if' ? words.indexOf('exists') + 1 : 2)
      if (first !== 'alter') return
      // Whose account is let in: `ALTER SHARE s ADD ACCOUNTS = a, b`.
      const accounts = words.findIndex(
        (word, at) => /^(?:account|consumer|recipient)s?$/.test(word) && words[at + 1] === '=',
      )
      for (let at = accounts + 2; accounts >= 0 && /^[\w.,"'()]+$/.test(words[at] ?? tokens[at]?.text ?? ''); at++)
        name(at)
      const off = words.findIndex(
        (word, at) =>
          (word === 'disable' || (word === 'no' && words[at + 1] === 'force')) &&
          words.slice(at + 1, at + 5).some((next) => /^(?:row|trigger|rule|constraint|policy)$/.test(next)),
      )
      const owner = words.findIndex((word, at) => word === 'owner' && words[at + 1] === 'to')
      if (owner >= 0) name(owner + 2)
      if (off >= 0 || owner >= 0 || words.includes('grant') || /^(?:authorization)$/.test(second)) {
        found.raise('persistence', off >= 0 ? 'switches off what protects rows' : 'changes who owns or may use it')
        const table = words.indexOf('table')
        if (table >= 0) thing(tokens, table, found)
      }
      return
    }
    case 'update':
      updated(tokens, words, found)
      return
    case 'insert':
    case 'replace':
    case 'merge':
    case 'delete': {
      const at = words.findIndex((word) => word === 'into' || word === 'from')
      const table = tokens[at + 1]
      if (at < 0 || table === undefined || !isOfRights(table.text)) return
      found.raise('persistence', `${first.toUpperCase()} of ${table.text.slice(0, 40)}, which holds rights`)
      for (const { kind, text } of tokens) if (kind === 'string') found.part('destination', 'person', text)
    }
  }
}

function thing(tokens: readonly Token[], at: number, found: Found): void {
  const name = tokens.slice(at + 1).find(({ text }) => !/^(?:if|exists|only)$/i.test(text))
  if (name !== undefined) found.part('selector', 'table', name.text)
}

function setting({ kind, text }: Token, found: Found): void {
  if (kind !== 'mark') found.part('command', 'setting', text)
}

/** `UPDATE … SET is_admin = true WHERE login = 'x'`: what is set is a right, and whose row it is gets it. */
function updated(tokens: readonly Token[], words: readonly string[], found: Found): void {
  const from = words.indexOf('set')
  const to = words.findIndex((word, at) => at > from && word === 'where')
  const columns = words.flatMap((word, at) =>
    at > from && (to < 0 || at < to) && words[at + 1] === '=' && tokens[at]?.kind === 'word' && isOfRights(word)
      ? [word]
      : [],
  )
  const [column] = columns
  if (from < 0 || column === undefined) return
  found.raise('persistence', `UPDATE of ${column.slice(0, 40)}, which is a right`)
  for (const [at, token] of tokens.entries())
    if (token.kind === 'string' && at > from) {
      if (to >= 0 && at > to) found.part('destination', 'person', token.text)
      else setting(token, found)
    }
}
