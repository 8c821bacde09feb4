import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Writes src/guard/identity/confusables.ts from Unicode's confusables.txt as the package unhomoglyph ships it: what is not ASCII, is
 * its own lower case and NFKC form, and looks like ASCII. A letter whose upper case alone looks like ASCII follows its upper case,
 * so that both cases fold alike.
 */
export function confusables(data: Readonly<Record<string, string>>): Map<string, string> {
  const found = new Map<string, string>()
  const upper = new Map<string, string>()
  for (const [from, to] of Object.entries(data)) {
    if ([...from].length !== 1 || !isAscii(to) || isAscii(from) || /\p{Nd}/u.test(from)) continue
    if (from.normalize('NFKC') !== from) continue
    const small = from.toLowerCase()
    if (small === from) found.set(from, to.toLowerCase())
    else if ([...small].length === 1 && !isAscii(small)) upper.set(small, to.toLowerCase())
  }
  for (const [small, to] of upper) if (!found.has(small) && small.normalize('NFKC') === small) found.set(small, to)
  return found
}
const isAscii = (text: string): boolean => /^[!-~]+$/.test(text)

export function confusablesSource(data: Readonly<Record<string, string>>): string {
  const groups = new Map<string, string[]>()
  for (const [from, to] of confusables(data)) groups.set(to, [...(groups.get(to) ?? []), from])
  const line = ([to, from]: [string, string[]]) => {
    const escaped = from.sort().map((c) => `\\u{${c.codePointAt(0)?.toString(16)}}`)
    return `  [${quoted(to)}, '${escaped.join('')}'],`
  }
  const lines = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(line)
  return `${head}\n${lines.join('\n')}\n]\n`
}
const quoted = (text: string): string =>
  text.includes("'") ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\')}'`

const head = `// Written by tools/confusables.ts from Unicode's confusables.txt 13.0 as the package unhomoglyph ships it, changed: only what looks like ASCII.
// Copyright Unicode, Inc., under https://www.unicode.org/license.txt
// biome-ignore format: a table
/** ASCII look-alikes: what is shown, and the characters that look like it (lower case, NFKC). */
export const lookAlikes: readonly (readonly [shown: string, characters: string])[] = [`

/** The table as the package has it. */
export function shipped(): Record<string, string> {
  const path = createRequire(import.meta.url).resolve('unhomoglyph/data.json')
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (typeof parsed !== 'object' || parsed === null) throw new Error('no table')
  return Object.fromEntries(Object.entries(parsed).map(([from, to]) => [from, String(to)]))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync('src/guard/identity/confusables.ts', confusablesSource(shipped()))
