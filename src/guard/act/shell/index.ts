import { forEachChild, parse, type SyntaxNode } from 'unbash'
import type { Ground } from '../files/paths.ts'
import type { Found } from '../found/found.ts'
import { fetchers } from './network.ts'
import { readOutputs } from './outputs.ts'
import { runProgram } from './programs.ts'
import { redirect } from './redirect.ts'
import { assigned } from './settings.ts'
import type { Programs, Shell, Word } from './shell.ts'

/** A command longer, or with too many substitutions for its length, is not taken apart: it counts as execution. Each substitution may
 * cost the parser a look at the rest. */
const limits = { text: 32_768, work: 1_500_000, depth: 6, nodes: 8000 } as const

/** Blanks of the shell’s own by another name: `rm${IFS}-rf`. */
const blank = /\$(?:IFS(?![\w])|\{IFS(?:[:%#/][^}]{0,40})?\})/g

type CommandNode = Extract<SyntaxNode, { type: 'Command' }>

/**
 * What a command line of a POSIX shell does: each simple command in pipelines, lists, loops, substitutions and inner shells. What
 * cannot be parsed counts as execution. `isClient`: the program is a tool’s own, known by its words only.
 */
export function readShell(
  text: string,
  found: Found,
  ground: Ground,
  projectPrograms: Programs = new Set<string>(),
  depth = 0,
  isClient = false,
) {
  const shell: Shell = {
    found,
    ground: { ...ground },
    variables: new Map(),
    functions: new Set(),
    tainted: new Set(),
    fetched: [],
    projectPrograms,
    depth,
    isClient,
    read: (inner) => readShell(inner, found, shell.ground, projectPrograms, depth + 1),
    call: (argv, like) => {
      if (shell.depth < 24) {
        shell.depth++
        runProgram(argv, { ...like }, shell)
        shell.depth--
      } else found.raise('execution', 'a command nested too deep')
    },
  }
  const openers = text.length > limits.text ? 0 : (text.match(/[$<>]\(|`|\$\{|<</g)?.length ?? 0)
  if (text.length > limits.text || openers * text.length > limits.work || depth > limits.depth)
    return unread(text, found)
  try {
    const script = parse(text.replace(blank, ' '))
    if ((script.errors?.length ?? 0) > 0) unread(text, found)
    new Reader(shell).visit(script, [])
    if (depth === 0 && (found.sink === 'execution' || found.sink === 'persistence')) links(text, found)
  } catch {
    unread(text, found)
  }
}

/** Where code runs or something stays, a link in any word may be where it comes from, now or later. */
function links(text: string, found: Found) {
  for (const [url] of text.matchAll(/\bhttps?:\/\/[^\s'"`<>|;)\\]{3,500}/g))
    if (!found.parts.some((part) => part.role === 'destination' && part.text === url))
      found.part('destination', 'url', url)
}

function unread(text: string, found: Found) {
  found.raise('execution', 'a command that could not be taken apart')
  found.part('command', 'shell', text)
}

/** A program without the folder that it is called from. */
const nameOf = (program: Word | undefined): string => program?.text.split('/').at(-1) ?? ''

/** What a program that only passes on what it is given says, as far as the line holds it. */
function passedOn(program: string, args: readonly Word[], given: string | undefined): string | undefined {
  if (/^(?:echo|printf)$/.test(program)) {
    const [form = '', ...given] = args.map((arg) => arg.text)
    // `printf '%s' a b` says each of them in its form.
    const isForm = program === 'printf' && form.includes('%s')
    const text = isForm ? given.map((each) => form.replace('%s', () => each)).join('') : [form, ...given].join(' ')
    return text.replace(/^-[neE]+ /, '').replaceAll('\\n', '\n')
  }
  return /^(?:cat|tee)$/.test(program) && args.every((arg) => /^-/.test(arg.text)) ? given : undefined
}

class Reader {
  readonly #shell: Shell
  #nodes = 0
  /** What the program before in the pipe says, where the line itself holds it. */
  #piped: string | undefined

  constructor(shell: Shell) {
    this.#shell = shell
  }

  /** Reads a node; answers the programs that it runs, for who stands behind it in a pipe. */
  visit(node: SyntaxNode, upstream: readonly string[]): string[] {
    if (++this.#nodes > limits.nodes) throw new RangeError('too many nodes')
    if (node.type === 'Pipeline') {
      const all: string[] = [...upstream]
      for (const each of node.commands) {
        all.push(...this.visit(each, all))
        if (each.type !== 'Command') this.#piped = undefined
      }
      this.#piped = undefined
      return all
    }
    if (node.type === 'Command') return this.#command(node, upstream)
    if (node.type === 'Function') this.#shell.functions.add(node.name.value)
    if (node.type === 'Assignment' && node.value.type === 'Word') this.#assign(node.name, this.#word(node.value))
    if (node.type === 'For' && node.wordlist?.length === 1) this.#assign(node.name.value, this.#word(node.wordlist[0]))
    const programs: string[] = []
    forEachChild(node, (child) => {
      programs.push(...this.visit(child, upstream))
    })
    if (node.type === 'Redirected') for (const each of node.redirects) this.#redirect(each, [...upstream, ...programs])
    return programs
  }

  #command(node: CommandNode, upstream: readonly string[]): string[] {
    const argv: Word[] = []
    if (node.name !== undefined) argv.push(this.#word(node.name))
    const inner: string[] = []
    // Commands inside come first: they run first, and set nothing here.
    forEachChild(node, (child) => {
      inner.push(...this.visit(child, child.type === 'Word' ? [] : upstream))
    })
    let given: string | undefined
    let from: string | undefined
    let fed = upstream.length > 0
    for (const each of node.suffix) {
      if (each.type === 'Word') argv.push(this.#word(each))
      else if (each.type === 'Assignment') argv.push(this.#setting(each))
    }
    for (const each of node.redirects) {
      this.#redirect(each, [...upstream, ...inner, nameOf(argv[0])])
      if (each.type === 'HereDoc') given = each.body.text
      if (each.type === 'HereString' && each.target !== undefined) given = this.#word(each.target).text
      if (each.type === 'Redirect' && each.operator === '<') {
        fed = true
        const file = this.#word(each.target)
        if (!file.variable && !file.output) from = file.text
      }
    }
    const [program] = argv
    // Before no program it is a variable of the line, not a setting for others.
    if (program !== undefined)
      for (const each of node.prefix)
        if (each.type === 'Assignment' && each.value.type === 'Word')
          assigned(each.name, this.#word(each.value), this.#shell)
    if (program === undefined) return inner
    const piped = upstream.length > 0 ? this.#piped : undefined
    this.#piped = passedOn(nameOf(program), argv.slice(1), given ?? piped)
    this.#shell.found.step(() => {
      const how = {
        upstream: [...upstream, ...inner],
        fed,
        ...(given === undefined ? {} : { given }),
        ...(piped === undefined ? {} : { piped }),
        ...(from === undefined ? {} : { from }),
      }
      runProgram(argv, how, this.#shell)
      readOutputs(argv, this.#shell)
    })
    return [nameOf(program), ...inner]
  }

  /** `NAME=value` among the words. */
  #setting(each: Extract<SyntaxNode, { type: 'Assignment' }>): Word {
    if (each.value.type !== 'Word') return { text: each.text, variable: false, output: false, glob: false }
    const value = this.#word(each.value)
    return { ...value, text: `${each.name}=${value.text}` }
  }

  #redirect(each: CommandNode['redirects'][number], programs: readonly string[]): void {
    if (each.type !== 'Redirect' || each.target === undefined) return
    const isFetched = programs.some((program) => fetchers.has(program))
    const target = this.#word(each.target)
    this.#shell.found.step(() => redirect(each.operator, target, this.#shell, isFetched))
  }

  #assign(name: string, value: Word): void {
    const { variables } = this.#shell
    if (value.output) this.#shell.tainted.add(name)
    if (value.output || value.variable || variables.size > 200) variables.delete(name)
    else variables.set(name, value.text)
  }

  #word(node: Extract<SyntaxNode, { type: 'Word' }> | undefined): Word {
    const word: Word = { text: '', variable: false, output: false, glob: false }
    if (node === undefined) return word
    let names = false
    const look = (part: SyntaxNode, depth: number): void => {
      if (depth > 8) return
      if (part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion') names = true
      if (part.type === 'CommandExpansion' || part.type === 'ProcessSubstitution') word.output = true
      else forEachChild(part, (child) => look(child, depth + 1))
      if (/Glob|BraceExpansion/.test(part.type)) word.glob = true
    }
    forEachChild(node, (part) => look(part, 0))
    word.text = node.value === '' && node.text.length > 2 ? node.text : node.value
    if (!names) return word
    const { variables } = this.#shell
    word.text = word.text
      .slice(0, 8192)
      .replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, plain: string | undefined, braced: string | undefined) => {
        const name = plain ?? braced ?? ''
        const value = variables.get(name)
        if (this.#shell.tainted.has(name)) word.output = true
        if (value === undefined && name !== 'HOME' && name !== 'PWD') word.variable = true
        return value ?? all
      })
    if (/\$\{/.test(word.text)) word.variable = true
    return word
  }
}
