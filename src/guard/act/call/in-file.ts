import { shared } from '../../../formats/kit/tool-name/nouns.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { type Ground, landingOf } from '../files/paths.ts'
import * as property from '../roles/property-words.ts'
import type { Part } from '../types.ts'

/** Nouns of a tool that works on a file as a whole. */
const whole = /^(?:file|directory|dir|folder|path|tree)$/

/**
 * What a tool takes out of a file under the roots, and not the file: a paragraph, rows, a sheet. It names the file by its path, and beside it
 * which part. To change a file there is the agent’s own work, whatever kind of document it is.
 */
export function isPartOfFile(parts: readonly Part[], words: readonly string[], ground: Ground): boolean {
  if (ground.roots.length === 0 || whole.test(singular(words.at(-1) ?? ''))) return false
  const named = parts.filter(({ path }) => !path.includes('#'))
  const files = named.filter(({ role, kind }) => role === 'selector' && kind === 'path')
  const beside = named.filter(({ role, kind }) => (role === 'selector' && kind !== 'path') || role === 'control')
  return (
    files.length > 0 &&
    files.every(({ text }) => isOrdinary(text, ground)) &&
    beside.some(({ text }) => !/^(?:true|false)$/.test(text)) &&
    named.every((part) => part.role !== 'destination' && part.role !== 'command') &&
    beside.every(({ name }) => !isElsewhere(name))
  )
}

const isOrdinary = (path: string, ground: Ground): boolean => {
  const landing = landingOf(path, ground)
  return landing.in === 'inside' && landing.persistent === undefined
}

/** Which of somebody’s systems it is done in, or to which thing there. */
const isElsewhere = (name: string): boolean => {
  const words = wordsOf(name).map(singular)
  if (words.every((word) => /^(?:id|key|uuid|guid|slug)$/.test(word))) return true
  return words.some((word) => (property.remoteWords.has(word) || shared.has(word)) && !property.inFileWords.has(word))
}
