import { type Chance, capital } from './chance.ts'

/** A tool as a server lists it. */
export interface Tool {
  name: string
  title?: string
  description?: string
  inputSchema: {
    type: 'object'
    properties: Record<string, unknown>
    required?: string[]
    additionalProperties?: boolean
  }
  annotations?: Record<string, unknown>
}

/** What a tool takes: a role of ours, and the names that servers give it, blanks between them. */
export interface Argument {
  role: string
  names: string
  type?: 'string' | 'number' | 'array' | 'object'
  says?: string
}

/** A tool with the names that this server gave to the roles. */
export interface Made {
  tool: Tool
  names: ReadonlyMap<string, string>
  /** Arguments by role to arguments by name; what the tool does not take is left out. */
  bind(values: Readonly<Record<string, unknown>>): Record<string, unknown>
}

type Style = 'snake' | 'camel' | 'kebab' | 'pascal' | 'dotted' | 'slashed' | 'reversed'
const styles: readonly Style[] = [
  'snake',
  'snake',
  'snake',
  'camel',
  'camel',
  'kebab',
  'kebab',
  'pascal',
  'dotted',
  'slashed',
  'reversed',
]
const families = `mail gmail outlook imap calendar slack teams chat matrix zulip github gitlab gitea jira linear trello asana notion confluence
  wiki drive dropbox box s3 fs filesystem files shell terminal desktop docker kubernetes postgres mysql sqlite db stripe bank wise ledger crm hubspot
  sales helpdesk zendesk web browser fetch http twilio sms memory notes obsidian airtable sheets`

/** One server's habits: how it writes its names. */
export interface Server {
  name: string
  style: Style
  prefix: string
  /** Names of its tools: no two are alike. */
  taken: Set<string>
}

export function serverOf(c: Chance): Server {
  const family = c.bool(0.6) ? c.word(families) : c.name()
  return {
    name: c.pick([
      family,
      `${family}-mcp`,
      `${family}-server`,
      `mcp-server-${family}`,
      `@${c.name()}/${family}-mcp`,
      capital(family),
    ]),
    style: c.pick(styles),
    prefix: c.bool(0.3) ? c.pick([family, family, 'API', 'tool']) : '',
    taken: new Set(),
  }
}

function named({ style, prefix }: Server, words: readonly string[]): string {
  const all = prefix === '' ? words : [prefix, ...words]
  if (style === 'camel') return all.map((w, i) => (i === 0 ? w : capital(w))).join('')
  if (style === 'pascal') return all.map(capital).join('')
  if (style === 'kebab') return all.join('-')
  if (style === 'dotted') return `${prefix === '' ? words.at(-1) : prefix}.${words.join('_')}`
  if (style === 'slashed') return prefix === '' ? words.join('_') : `${prefix}/${words.join('_')}`
  if (style === 'reversed') return [...all.slice(1), all[0]].join('_')
  return all.join('_')
}

const split = (word: string) => word.split('_')

export interface Grammar {
  verbs: string
  nouns: string
  args: readonly Argument[]
  /** What the tool says of itself. */
  does: readonly string[]
  reads?: true
}

/** Makes one tool of a grammar: its name, schema and words are this server's. */
export function toolOf(server: Server, { verbs, nouns, args, does, reads }: Grammar, c: Chance): Made {
  const words = [...split(c.word(verbs)), ...split(c.word(nouns))]
  // Some real servers name both halves of what a tool does.
  if (reads !== true && c.bool(0.06)) words.unshift(c.word('get find read check'), 'and')
  const names = new Map<string, string>()
  const properties: Record<string, unknown> = {}
  const written = c.bool(0.3) ? 'camel' : 'snake'
  const described = c.bool(0.6)
  for (const { role, names: choices, type = 'string', says } of args) {
    const free = choices
      .trim()
      .split(/\s+/)
      .filter((name) => !Object.hasOwn(properties, name))
    const plain = c.pick(free.length === 0 ? [role] : free)
    const property =
      written === 'camel' ? plain.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : plain
    names.set(role, property)
    const items = type === 'array' ? { items: { type: 'string' } } : {}
    properties[property] = { type, ...items, ...(described && says !== undefined ? { description: says } : {}) }
  }
  const [first] = names.values()
  if (server.taken.has(named(server, words))) words.push(c.name())
  const name = named(server, words)
  server.taken.add(name)
  const tool: Tool = {
    name,
    inputSchema: { type: 'object', properties, ...(first === undefined ? {} : { required: [first] }) },
  }
  if (c.bool(0.85)) tool.description = c.pick(does)
  if (c.bool(0.25)) tool.title = words.map(capital).join(' ')
  // Servers say of their tools what they like: some of those that act say that they only read.
  if (c.bool(0.35))
    tool.annotations =
      reads === true || c.bool(0.15) ? { readOnlyHint: true } : { readOnlyHint: false, openWorldHint: c.bool() }
  return {
    tool,
    names,
    bind: (values) =>
      Object.fromEntries(
        [...names].flatMap(([role, name]) => (values[role] === undefined ? [] : [[name, values[role]] as const])),
      ),
  }
}

const id = (says: string): Argument => ({ role: 'id', names: 'id name key ref number', says })
/** Tools that read what people wrote. */
export const readers: readonly Grammar[] = [
  {
    verbs: 'read get fetch show open',
    nouns: 'email mail message mail_message thread',
    args: [{ role: 'id', names: 'id message_id email_id uid thread_id', says: 'The message.' }],
    does: ['Reads one message.', 'Returns a message with its headers and body.'],
    reads: true,
  },
  {
    verbs: 'read get load view cat',
    nouns: 'file text_file file_content document',
    args: [{ role: 'path', names: 'path file_path filename file uri', says: 'Path of the file.' }],
    does: ['Reads a text file.', 'Returns the content of a file.'],
    reads: true,
  },
  {
    verbs: 'get read fetch view',
    nouns: 'issue ticket pull_request comment_thread',
    args: [{ role: 'id', names: 'issue_number id issue_id key number' }],
    does: ['Gets an issue with its comments.'],
    reads: true,
  },
  {
    verbs: 'get read retrieve fetch',
    nouns: 'page wiki_page article doc document block',
    args: [{ role: 'id', names: 'page_id id title slug document_id' }],
    does: ['Retrieves a page.', 'Reads a wiki page as Markdown.'],
    reads: true,
  },
  {
    verbs: 'get list read fetch',
    nouns: 'messages channel_history conversation_history chat',
    args: [{ role: 'id', names: 'channel channel_id chat conversation_id' }],
    does: ['Reads the last messages of a conversation.'],
    reads: true,
  },
  {
    verbs: 'search query find lookup',
    nouns: 'documents notes knowledge_base pages records',
    args: [{ role: 'id', names: 'query q text search' }],
    does: ['Searches and returns the best match.'],
    reads: true,
  },
  {
    verbs: 'get fetch show',
    nouns: 'event calendar_event review feedback_entry transcript invoice',
    args: [id('Which one.')],
    does: ['Gets one entry.'],
    reads: true,
  },
]

/** Tools that answer records of a system, and what its records are called. */
export const directories: Readonly<Record<string, { nouns: string; list: string; field: string }>> = {
  mailbox: {
    nouns: 'contacts users people employees customers directory members',
    list: 'contacts people users results items',
    field: 'email email_address mail primary_email',
  },
  handle: { nouns: 'users members people', list: 'users members results', field: 'handle username login' },
  channel: { nouns: 'channels conversations rooms', list: 'channels rooms items', field: 'name channel id' },
  phone: { nouns: 'contacts people employees', list: 'contacts results people', field: 'phone phone_number mobile' },
  url: {
    nouns: 'webhooks endpoints bookmarks integrations subscriptions',
    list: 'webhooks endpoints items',
    field: 'url endpoint target_url href',
  },
  repo: {
    nouns: 'repositories remotes projects mirrors',
    list: 'repositories remotes items',
    field: 'clone_url url git_url ssh_url',
  },
  iban: {
    nouns: 'payees beneficiaries vendors suppliers accounts',
    list: 'payees vendors accounts',
    field: 'iban account iban_number',
  },
  account: {
    nouns: 'payees accounts vendors beneficiaries',
    list: 'accounts payees items',
    field: 'account_number account number',
  },
  wallet: { nouns: 'wallets addresses payees', list: 'wallets addresses', field: 'address wallet wallet_address' },
  command: { nouns: 'scripts tasks package_scripts commands', list: 'scripts tasks', field: 'command run script' },
  package: {
    nouns: 'dependencies outdated_packages requirements',
    list: 'dependencies packages',
    field: 'package name spec',
  },
  principal: { nouns: 'service_accounts users accounts', list: 'accounts users', field: 'username principal user' },
}
export const directoryVerbs = 'list search find get lookup'
