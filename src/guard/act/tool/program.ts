import { segmentsOf, set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { quoted, workFolder } from '../call/call-names.ts'
import type { Leaf } from '../call/walk.ts'
import { isService } from '../shell/programs.ts'
import type { ToolDescription } from '../types.ts'
import type { ToolProgram } from './model.ts'
import type { DeclaredProperty } from './schema.ts'

/** Words of a name that say no more than that something is run. */
const running = set(
  'run exec execute invoke call cli ctl command cmd argv arg line generic raw any tool a the in with subcommand v2',
)
/** Names of arguments that hold the words of a line. */
const lineWords = set('command cmd commandline cli line arg argv argument subcommand')
/** “kubectl with these arguments”, “a git command”, “AWS CLI”. */
const spoken =
  /(?<![\w-])([a-z][\w-]{1,24})\s+(?:cli\b|(?:sub)?commands?\b|arguments?\b|with (?:these|the|those|given|any) (?:arguments|args|words|flags|options))/giu

/** Whether an argument holds the words of a command line. */
export const isLine = (name: string): boolean => lineWords.has(singular(wordsOf(name).at(-1) ?? ''))

const known = (word: string): string | undefined => [word, `${word}-cli`, `${word}ctl`].find(isService)

/** The program that a tool runs: its name, or what its server or description call it where it takes a line. */
export function programOf(
  { name, server = '', description = '' }: ToolDescription,
  properties: readonly DeclaredProperty[],
): ToolProgram | undefined {
  const lines = properties.filter((each) => isLine(each.name) && each.choices === undefined)
  if (properties.length > 0 && lines.length === 0) return undefined
  const words = wordsOf(segmentsOf(name).at(-1) ?? '')
  const rest = words.filter((word) => !running.has(word))
  const own = rest.length === 1 && rest[0] !== undefined ? known(rest[0]) : undefined
  if (own !== undefined) return { name: own, isSure: true, isKnown: true }
  if (lines.length === 0) return undefined
  const last = rest.length > 1 ? known(rest.at(-1) ?? '') : undefined
  if (last !== undefined && !/(?:^|_)(?:in|on|inside|within|via)_/.test(words.join('_')))
    return { name: last, isSure: false, isKnown: true }
  const isList = lines.some((each) => wordsOf(each.name).includes('argv'))
  // A verb of its own: what the line is of is the verb’s to say.
  if (rest.length > 1 || (rest.length === 1 && !isList)) return undefined
  const said = [...description.slice(0, 400).matchAll(spoken)].map(([, word = '']) => word.toLowerCase())
  const found = [...said, ...wordsOf(server)].map(known).find((each) => each !== undefined)
  if (found !== undefined) return { name: found, isSure: false, isKnown: true }
  // The words of a program are a command whatever it is called, where nothing else of the tool says what is run.
  const isAlone = properties.every((each) => lines.includes(each) || each.type === 'boolean' || each.type === 'number')
  return isList && isAlone && rest[0] !== undefined ? { name: rest[0], isSure: true, isKnown: false } : undefined
}

const blank = /\s/
/** How the line is run, and no word of it. */
const isAround = (name: string): boolean => workFolder.test(name) || /timeout|max|limit/i.test(name)

/**
 * The command line of a program from the arguments of its tool: the words of its lists in order; where a line holds one word only,
 * the other words beside it, and options as flags. Undefined where there is none. `used`: the leaves that are in it.
 */
export function lineOf(
  leaves: readonly Leaf[],
): { text: string; path: string; name: string; used: ReadonlySet<Leaf> } | undefined {
  const lines = leaves.filter(({ name, value, key }) => isLine(name) && typeof value !== 'boolean' && key !== true)
  const first = lines.find(({ path }) => !path.endsWith(']')) ?? lines[0]
  if (first === undefined) return undefined
  const isList = (leaf: Leaf) => leaf.path.endsWith(']')
  const used = new Set(lines)
  const text = String(first.value)
  const heads = lines.filter((leaf) => !isList(leaf)).map(({ value }) => String(value))
  const tail = lines.filter(isList).map(({ value }) => quoted(String(value)))
  const beside: string[] = []
  if (!isList(first) && !blank.test(text.trim()))
    for (const leaf of leaves)
      if (!used.has(leaf) && leaf.key !== true && leaf.above.length < 2 && !isAround(leaf.name)) {
        const isFlag = leaf.above.length > 0
        if (typeof leaf.value !== 'boolean')
          beside.push(isFlag ? `--${leaf.name}=${quoted(String(leaf.value))}` : quoted(String(leaf.value)))
        else if (leaf.value) beside.push(`--${leaf.name}`)
      }
  return {
    text: [...heads, ...beside, ...tail].join(' '),
    path: first.path.replace(/\[\d+\]$/, ''),
    name: first.name,
    used,
  }
}
