import { readCode } from '../code/index.ts'
import { codeIn, loadedBy } from '../code/markup.ts'
import type { Ground } from '../files/paths.ts'
import { Found } from '../found/found.ts'
import { readShell } from '../shell/index.ts'
import type { Programs } from '../shell/shell.ts'
import { isStatement, readSql } from '../sql/index.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Part } from '../types.ts'
import type { Leaf } from './walk.ts'

const none: Programs = new Set<string>()

/** What a command, a statement or code does, and what it names. Undefined where a question to a database tells nothing more. */
export function readContents(
  kind: string | undefined,
  text: string,
  { path, name }: Pick<Leaf, 'path' | 'name'>,
  { scratch }: ToolModel,
  ground: Ground,
  projectPrograms: Programs = none,
  isClient = false,
): Found {
  const found = new Found(path, name)
  if (kind === 'sql') {
    if (!readOrder(text, found, ground)) readSql(text, found, scratch ? 'own' : 'shared', ground)
    // What a database hands to the shell of its machine.
    for (const part of [...found.parts]) if (part.kind === 'shell') readShell(part.text, found, ground)
  } else if (kind === 'shell') readShell(text, found, ground, projectPrograms, 0, isClient)
  else {
    found.raise('execution', 'runs code given as text')
    readCode(text, found, ground)
    if (isStatement(text)) readSql(text, found, scratch ? 'own' : 'shared', ground)
  }
  return found
}

/** An order to the client of a database, and not to the database: `\\! ls`, `\\i setup.sql`, `\\dt`. False where it is none. */
function readOrder(text: string, found: Found, ground: Ground): boolean {
  const [, name = '', rest = ''] = /^\s*\\(!|[a-z]+)\s*([\s\S]*)/i.exec(text) ?? []
  if (name === '') return false
  if (name === '!') readShell(rest, found, ground)
  else if (/^copy$/i.test(name)) readSql(`copy ${rest}`, found, 'shared', ground)
  else
    found.raise(
      /^(?:i|ir|include|o|w|g|gexec|lo_\w+|setenv|password)$/i.test(name) ? 'execution' : 'look',
      `\\${name} of the client of a database`,
    )
  return true
}

/** Where a page leads those who open it: what it loads, and where its code goes. */
export function leadsOfPage(at: Pick<Leaf, 'path' | 'name'>, text: string, model: ToolModel, ground: Ground): Part[] {
  const { path, name } = at
  const loaded = loadedBy(text).map(
    (url): Part => ({ role: 'destination', path: `${path}#page`, name, text: url, kind: 'url' }),
  )
  const code = codeIn(text)
  if (code === '') return loaded
  const { parts } = readContents('code', code, at, model, ground)
  return [...loaded, ...parts.filter(({ role }) => role === 'destination')]
}
