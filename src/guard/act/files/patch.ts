/** One file that a patch changes. */
export interface Change {
  path: string
  /** Lines that it brings, without their marks. */
  added: string
  /** The file goes, and comes back under no other name. */
  removes?: true
}

const limits = { text: 262_144, files: 200, path: 1024 } as const

const git = /^diff --git (.+)$/
const file = /^(\*\*\*|---|\+\+\+) (?!\d[\d,]* (?:\*{4}|-{4})$)(.+)$/
const renamed = /^(?:(?:rename|copy) to|Index:) (.+)$/
/** The envelope in which agents write patches. */
const envelope = /^\*\*\* (?:(Add|Update|Delete) File|Move to): (.+)$/
/** Blocks of what is sought and what takes its place, under the name of the file. */
const conflict = { opens: /^<{5,9} ?/, turns: /^={5,9}\s*$/, ends: /^>{5,9} ?/ } as const

/** A path as a patch spells it: without quotes, time stamp and the folders `a/` and `b/`. */
const pathOf = (text: string): string =>
  text
    .slice(0, limits.path)
    .replace(/\t.*$|\s+\d{4}-\d\d-\d\d[ T].*$/, '')
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^[abciow]\/(?=.)/, '')

class Changes {
  readonly #all = new Map<string, { added: string[]; isGone: boolean }>()
  #at: { added: string[]; isGone: boolean } | undefined

  open(path: string, isGone = false): void {
    if (path === '' || (this.#all.size >= limits.files && !this.#all.has(path))) return
    this.#at = this.#all.get(path) ?? { added: [], isGone }
    this.#at.isGone = isGone
    this.#all.set(path, this.#at)
  }

  add(line: string): void {
    this.#at?.added.push(line)
  }

  /** The file in hand is there no more, or not by this name. */
  mark(isGone: boolean): void {
    if (this.#at !== undefined) this.#at.isGone = isGone
  }

  list(): Change[] {
    return [...this.#all].map(([path, { added, isGone }]) => ({
      path,
      added: added.join('\n'),
      ...(isGone ? { removes: true as const } : {}),
    }))
  }
}

/**
 * The files that a patch changes and what it adds to each; none where the text is no patch. Known forms: unified and context diffs, git’s,
 * `*** Begin Patch`, and blocks of `<<<<<<<`, `=======`, `>>>>>>>` under a path. Linear, bounded.
 */
export function readPatch(given: string): readonly Change[] {
  const text = given.slice(0, limits.text)
  const lines = text.split(/\r?\n/)
  const changes = new Changes()
  if (/^\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File: )/m.test(text)) enveloped(lines, changes)
  else if (/^(?:diff --git |(?:\+\+\+|---) \S|Index: )/m.test(text)) diffed(lines, changes)
  else if (/^<{5,9}/m.test(text) && /^>{5,9}/m.test(text)) replaced(lines, changes)
  return changes.list()
}

function enveloped(lines: readonly string[], changes: Changes): void {
  for (const line of lines) {
    const [, verb, path] = envelope.exec(line.trimEnd()) ?? []
    if (path !== undefined) changes.open(path.trim(), verb === 'Delete')
    else if (line.startsWith('+')) changes.add(line.slice(1))
  }
}

function diffed(lines: readonly string[], changes: Changes): void {
  let old = ''
  let before = ''
  for (const line of lines) {
    const [, both] = git.exec(line) ?? []
    const [, to] = renamed.exec(line) ?? []
    const [, mark, named = ''] = file.exec(line) ?? []
    // `--- a`, `+++ b`; in a context diff `*** a`, `--- b`.
    const isNew = (mark === '+++' && before.startsWith('--- ')) || (mark === '---' && before.startsWith('*** '))
    if (both !== undefined) changes.open(pathOf(/ "?(b\/.+?)"?$/.exec(both)?.[1] ?? both.split(' ').at(-1) ?? ''))
    else if (to !== undefined) changes.open(pathOf(to))
    else if (isNew) named.startsWith('/dev/null') ? changes.open(old, true) : changes.open(pathOf(named))
    else if (mark === '---' || mark === '***') old = named.startsWith('/dev/null') ? '' : pathOf(named)
    else if (line.startsWith('deleted file mode')) changes.mark(true)
    else if (/^(?:\+|! )/.test(line)) changes.add(line.replace(/^(?:\+ ?|! )/, ''))
    before = line
  }
}

function replaced(lines: readonly string[], changes: Changes): void {
  let name = ''
  let part: 'outside' | 'sought' | 'put' = 'outside'
  for (const line of lines) {
    if (part === 'outside' && conflict.opens.test(line)) {
      changes.open(name)
      part = 'sought'
    } else if (part === 'sought' && conflict.turns.test(line)) part = 'put'
    else if (part !== 'outside' && conflict.ends.test(line)) part = 'outside'
    else if (part === 'put') changes.add(line)
    // A path stands alone on its line; a fence stands between it and the block.
    else if (
      part === 'outside' &&
      line.length <= limits.path &&
      /^[#*`\s]*\S*[./]\S*[`*:\s]*$/.test(line) &&
      /\w/.test(line)
    )
      name = line.replace(/^[#*`\s]+|[`*:\s]+$/g, '')
  }
}
