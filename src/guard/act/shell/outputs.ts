import { builtAs, usual } from '../files/derived.ts'
import { landingOf } from '../files/paths.ts'
import type { Shell, Word } from './shell.ts'

/** Options by which programs are told where their output goes; the one-letter ones mean other things too. */
const long = /^--?out(?:put)?(?:[-_]?(?:file|dir|path|folder|directory))?$/i
const short = /^-[oB]$/
/** A file or folder, and no format, setting or link. */
const place = /^[\w@~+.][\w@~+./ -]*$|^\/[\w@~+./ -]+$/u

/** What a program leaves where it is told to put its output, and what a build leaves. It is the agent’s own, where it was not there. */
export function readOutputs([program, ...args]: readonly Word[], shell: Shell): void {
  const { found, ground } = shell
  for (const [at, { text }] of args.entries()) {
    const equals = text.indexOf('=')
    const option = equals > 0 ? text.slice(0, equals) : text
    const isShort = short.test(option) && found.sink !== 'look'
    if (!isShort && !long.test(option)) continue
    const value = equals > 0 ? { ...args[at], text: text.slice(equals + 1) } : args[at + 1]
    if (value?.text === undefined || value.variable === true || value.output === true || value.glob === true) continue
    if (!place.test(value.text) || !/[./]/.test(value.text.replace(/^\.\/|\/$/g, '')) !== (option === '-B')) continue
    const landing = landingOf(value.text, ground)
    if (landing.in === 'outside' || landing.persistent !== undefined) continue
    found.part('selector', 'path', value.text)
    found.create(value.text, ground)
  }
  if (found.sink === 'own' && ground.roots.length > 0) found.makes.push(...builtBy(program?.text ?? '', args))
}

const builds = /^(?:build|compile|package|bundle|assemble|make|ninja|webpack|vite|rollup|esbuild|tsc)$/
/** They keep what they make in `target`, whatever they are told to do. */
const intoTarget = /^(?:cargo|mvnw?|sbt|lein|dbt)$/

/** Folders that a build leaves when it is told nothing else. */
function builtBy(program: string, args: readonly Word[]): string[] {
  const name = program.split('/').at(-1) ?? ''
  const words = [name, ...args.slice(0, 4).map(({ text }) => text)]
  if (words.some((word) => builds.test(word))) return usual.map(builtAs)
  return intoTarget.test(name) ? [builtAs('target')] : []
}
