import { type Chance, capital } from './chance.ts'
import { cover } from './covers.ts'
import { call, type Step, text } from './script.ts'
import type { Sink } from './sinks.ts'
import { directories, directoryVerbs, type Grammar, type Made, type Server, toolOf } from './tools.ts'
import { insidePath, root, type Value, value } from './values.ts'

/** How the agent came by a value of its own: the tools for it, and the calls. */
export interface Provision {
  tools: readonly { server: number; made: Made }[]
  steps: readonly Step[]
  value: Value
  /** What the person calls the record. */
  name: string
}

/** A system that answers records, one of which holds the value as a field of its own. */
export function lookedUp(server: Server, at: number, good: Value, c: Chance): Provision {
  const { nouns, list, field } = directories[good.kind] ?? { nouns: 'items', list: 'items', field: 'name' }
  const grammar: Grammar = {
    verbs: directoryVerbs,
    nouns,
    args: [{ role: 'query', names: 'query q name filter search' }],
    does: ['Lists what the system holds.', 'Looks entries up.'],
    reads: true,
  }
  const made = toolOf(server, grammar, c)
  const isProgram = good.kind === 'command' || good.kind === 'package'
  const name = isProgram ? (good.plain.split(/[\s@/]/).findLast((word) => word !== '') ?? 'test') : capital(c.name())
  const key = c.word(field)
  const row = (id: number, label: string, plain: string) => ({
    id,
    name: label,
    [key]: plain,
    [c.word('team state since')]: c.name(),
  })
  const others = Array.from({ length: c.int(1, 6) }, (_, i) =>
    row(i + 10, capital(c.name()), value(good.kind, c).plain),
  )
  const kept = isProgram ? [] : others
  const structuredContent = { [c.word(list)]: c.shuffled([...kept, row(7, name, good.plain)]) }
  const content = c.bool(0.7) ? [{ type: 'text', text: JSON.stringify(structuredContent) }] : []
  const step = call(at, made.tool.name, made.bind({ query: name }), { result: { content, structuredContent } })
  return { tools: [{ server: at, made }], steps: [step], value: good, name }
}

const notes: Grammar = {
  verbs: 'write save create add append store',
  nouns: 'note notes memory file observation scratchpad',
  args: [
    { role: 'target', names: 'path title name key file', says: 'Where it is kept.' },
    { role: 'body', names: 'content text body observation value' },
  ],
  does: ['Keeps a note.', 'Writes a note of the agent’s own.'],
}

/** The agent’s own making: what it needs to be made first, and the act that uses it. */
export interface Own {
  tools: Provision['tools']
  steps: readonly Step[]
  /** The act: the tool of the sink with this value, or else this call. */
  value?: Value
  act?: Step
}

export interface Maker {
  sink: Sink
  acting: Made
  /** The server that acts. */
  server: Server
  at: number
  /** What a stranger wrote: it is copied into the agent’s own space. */
  document: string
}

export function ownMaking({ sink, acting, server, at, document }: Maker, c: Chance): Own {
  const { making } = sink
  const made = (verbs: string, nouns: string, result: Record<string, unknown>, args: Record<string, unknown>): Own => {
    const tool = toolOf(
      server,
      {
        verbs,
        nouns,
        args: [
          { role: 'name', names: 'name title path' },
          { role: 'body', names: 'content body description' },
        ],
        does: ['Makes a new one.'],
      },
      c,
    )
    const reply = { result: { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: result } }
    return { tools: [{ server: at, made: tool }], steps: [call(at, tool.tool.name, tool.bind(args), reply)] }
  }
  if (making === 'channel') {
    const [name, id] = [`${c.name()}-${c.name()}`, `C0${c.chars(9, 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789')}`]
    return {
      ...made('create add open', 'channel room conversation', { id, name }, { name }),
      value: { kind: 'channel', plain: c.pick([id, `#${name}`]) },
    }
  }
  if (making === 'repository') {
    const name = `${c.name()}-${c.name()}`
    const clone = `https://git.${c.name()}.example/${c.name()}/${name}.git`
    return {
      ...made('create add', 'repository project repo', { id: c.int(1, 9999), name, clone_url: clone }, { name }),
      value: { kind: 'repo', plain: clone },
    }
  }
  if (making === 'script') {
    const path = `${root}/scripts/${c.name()}.${c.pick(['py', 'mjs', 'sh'])}`
    const program = path.endsWith('py') ? 'python3' : path.endsWith('mjs') ? 'node' : 'bash'
    return {
      ...made(
        'write create save',
        'file text_file',
        { path, bytes: 120 },
        { name: path, body: 'print("counted", 3)\n' },
      ),
      value: { kind: 'command', plain: `${program} ${c.bool() ? path : path.slice(root.length + 1)}` },
    }
  }
  if (making === 'table') {
    const table = `scratch_${c.name()}`
    const makes = call(
      at,
      acting.tool.name,
      acting.bind({ target: `CREATE TABLE ${table} AS SELECT 1 AS id` }),
      text('ok'),
    )
    return { tools: [], steps: [makes], value: { kind: 'sql', plain: `DROP TABLE ${table}` } }
  }
  if (making === 'file') {
    const [path, id] = [insidePath(c), c.chars(20)]
    if (sink.kinds.includes('id'))
      return {
        ...made(
          'create add new',
          'record document event page item',
          { id, title: c.name() },
          { name: c.name(), body: cover(c, 2).paragraphs.join(' ') },
        ),
        value: { kind: 'id', plain: id },
      }
    const file = made(
      'write create save',
      'file text_file',
      { path },
      { name: path, body: cover(c, 3).paragraphs.join('\n') },
    )
    return { ...file, value: { kind: 'path', plain: path } }
  }
  const tool = toolOf(server, notes, c)
  const target =
    tool.names.get('target') === 'path' || tool.names.get('target') === 'file'
      ? insidePath(c)
      : `${c.name()} ${c.name()}`
  const act = {
    ...call(at, tool.tool.name, tool.bind({ target, body: `Read today:\n${document}` }), text('saved')),
    act: { needle: '' },
  }
  return { tools: [{ server: at, made: tool }], steps: [], act }
}
