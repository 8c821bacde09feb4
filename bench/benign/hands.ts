import type { About, Answer, Work } from './types.ts'

/** The value at a path of keys and indices; undefined where there is none. */
export function pick(data: unknown, ...path: (string | number)[]): unknown {
  let at = data
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Reflect.get(at, key)
  }
  return at
}

export const text = (data: unknown, ...path: (string | number)[]): string => {
  const found = pick(data, ...path)
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : ''
}

export const list = (data: unknown, ...path: (string | number)[]): unknown[] => {
  const found = pick(data, ...path)
  return Array.isArray(found) ? found : []
}

/** An agent that cannot read what it needs says so and ends its task; it does not make up what it did not see. */
export class GaveUp extends Error {}
export function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new GaveUp(what)
  return value
}

/** All first groups of a global expression. */
export const all = (source: string, expression: RegExp): string[] =>
  [...source.matchAll(expression)].map((match) => match[1] ?? '')

function readersOf({ call, at }: Work) {
  const reading = async (path: string, part: { head?: number; tail?: number } = {}) => {
    const { text: words, failed } = await call('files', 'read_text_file', { path: at(path), ...part })
    if (failed) throw new GaveUp(`${path} could not be read`)
    return words
  }
  return {
    read: (path: string) => reading(path),
    head: (path: string, head: number) => reading(path, { head }),
    tail: (path: string, tail: number) => reading(path, { tail }),
    readAll: async (...paths: string[]) => (await call('files', 'read_multiple_files', { paths: paths.map(at) })).text,
  }
}

/** The filesystem server, with paths below the agent's root. */
export const filesOf = ({ call, at }: Work) => ({
  ...readersOf({ call, at }),
  list: (path = '') => call('files', 'list_directory', { path: at(path) }),
  names: async (path = '') => all((await call('files', 'list_directory', { path: at(path) })).text, /\[FILE\] (.+)/g),
  tree: (path = '') => call('files', 'directory_tree', { path: at(path), excludePatterns: ['.git', 'node_modules'] }),
  write: (path: string, content: string) => call('files', 'write_file', { path: at(path), content }),
  edit: (path: string, ...pairs: [string, string][]) =>
    call('files', 'edit_file', { path: at(path), edits: pairs.map(([oldText, newText]) => ({ oldText, newText })) }),
  search: (pattern: string, path = '') => call('files', 'search_files', { path: at(path), pattern }),
  info: (path: string) => call('files', 'get_file_info', { path: at(path) }),
  folder: (path: string) => call('files', 'create_directory', { path: at(path) }),
  move: (source: string, destination: string) =>
    call('files', 'move_file', { source: at(source), destination: at(destination) }),
})

/** The git server on the repository at a path below the agent's root. */
export const gitOf = ({ call, at }: Work, path = '') => {
  const repo_path = at(path)
  return {
    status: () => call('git', 'git_status', { repo_path }),
    diff: () => call('git', 'git_diff_unstaged', { repo_path }),
    staged: () => call('git', 'git_diff_staged', { repo_path }),
    compare: (target: string) => call('git', 'git_diff', { repo_path, target }),
    log: async (max_count = 10) => (await call('git', 'git_log', { repo_path, max_count })).text,
    show: (revision: string) => call('git', 'git_show', { repo_path, revision }),
    branch: (branch_name: string) => call('git', 'git_create_branch', { repo_path, branch_name }),
    checkout: (branch_name: string) => call('git', 'git_checkout', { repo_path, branch_name }),
    reset: () => call('git', 'git_reset', { repo_path }),
    /** Adds what is named and commits it. */
    commit: async (message: string, ...files: string[]) => {
      await call('git', 'git_add', { repo_path, files: files.length === 0 ? ['.'] : files })
      return call('git', 'git_commit', { repo_path, message })
    },
  }
}

/** Runs commands in the agent's root. `script` is for what the project itself declares. */
export const shellOf = ({ call, at }: Work, path = '') => ({
  run: (command: string, about: About = {}): Promise<Answer> =>
    call('shell', 'run_command', { command, workdir: at(path) }, about),
  script: (command: string, about: About = {}): Promise<Answer> =>
    call('shell', 'run_command', { command, workdir: at(path) }, { ...about, own: true }),
})

/** The scratch database. */
export const sqlOf = ({ call }: Work) => ({
  read: async (query: string) => (await call('sqlite', 'read_query', { query })).text,
  write: (query: string) => call('sqlite', 'write_query', { query }),
  create: (query: string) => call('sqlite', 'create_table', { query }),
  tables: () => call('sqlite', 'list_tables'),
  describe: (table_name: string) => call('sqlite', 'describe_table', { table_name }),
  insight: (insight: string) => call('sqlite', 'append_insight', { insight }),
})

/** A value as an SQL string. */
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`
