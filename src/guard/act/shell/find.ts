import { isDerivedName } from '../derived.ts'
import { many } from '../found.ts'
import { landingOf } from '../paths.ts'
import type { Handler, Shell } from './shell.ts'

/** `find`, with what it does to what it finds. */
export const find: Handler = ({ args, upstream, fed }, shell) => {
  const texts = args.map((each) => each.text)
  shell.found.raise('look', 'find reads')
  for (const [at, text] of texts.entries()) {
    if (text === '-delete') removes(texts, shell)
    if (/^-(?:fprint|fls|fprintf)0?$/.test(text)) shell.found.write(texts[at + 1] ?? '', shell.ground)
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(text)) continue
    const end = texts.findIndex((each, i) => i > at && (each === ';' || each === '+'))
    const inner = args.slice(at + 1, end < 0 ? undefined : end)
    if (
      /^(?:rm|rmdir|unlink)$/.test(inner[0]?.text ?? '') &&
      inner.slice(1).every(({ text: word }) => /^(?:-\w+|--|\{\})$/.test(word))
    ) {
      removes(texts, shell)
      continue
    }
    const before = shell.found.items
    shell.call(inner, { upstream, fed })
    if (shell.found.items > before) shell.found.items += many
  }
}

/** What it removes is what its patterns name; where there are none, the folders. */
function removes(texts: readonly string[], { found, ground }: Shell) {
  const first = texts.findIndex((text) => /^[-!(]/.test(text))
  const folders = texts.slice(0, Math.max(0, first)).filter((text) => text !== '')
  const patterns = texts.filter((_, at) => /^-i?(?:name|path|wholename)$/.test(texts[at - 1] ?? ''))
  const isInside = ground.roots.length > 0 && [...folders, '.'].every((each) => landingOf(each, ground).in === 'inside')
  const isPlain = patterns.length > 0 && !texts.some((text) => /^(?:!|-not)$/.test(text))
  for (const each of patterns) found.part('selector', 'pattern', each)
  if (!isPlain || !isInside)
    for (const each of folders.length === 0 ? ['.'] : folders) found.part('selector', 'path', each)
  if (isPlain && isInside && patterns.every(isDerivedName)) return found.raise('own', 'find removes what is made again')
  found.raise('irreversible', 'find removes what it finds')
  found.items += many
}
