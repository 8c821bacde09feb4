import { isDerivedName } from '../files/derived.ts'
import { landingOf } from '../files/paths.ts'
import { many } from '../found/found.ts'
import type { Handler, Shell } from './shell.ts'

/** `find`, with what it does to what it finds. */
export const find: Handler = ({ args, upstream, fed }, shell) => {
  const texts = args.map((each) => each.text)
  shell.found.raise('look', 'find reads')
  for (const [at, text] of texts.entries()) {
    if (text === '-delete' && onlyEmpty(texts.slice(0, at)))
      for (const place of placesOf(texts)) shell.found.write(place, shell.ground)
    else if (text === '-delete') removes(texts, shell)
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

/** Nothing that anybody wrote is lost with a file or folder that is empty: the test stands there, and every test must hold. */
const onlyEmpty = (tests: readonly string[]): boolean =>
  tests.includes('-empty') && !tests.some((each) => /^(?:-or?|,|!|-not)$/.test(each))

/** Where it looks, the folder that it is in where nothing says so. */
const placesOf = (texts: readonly string[]): readonly string[] => {
  const places = texts.slice(
    0,
    Math.max(
      0,
      texts.findIndex((text) => /^[-!(]/.test(text)),
    ),
  )
  return places.length === 0 ? ['.'] : places
}

/** The patterns of one way to be found, but for those that leave something out. */
const namedBy = (texts: readonly string[]): string[] => {
  // A bracket may leave out more than what stands next to it.
  if (texts.some((text, at) => /^(?:!|-not)$/.test(text) && /^\\?\($/.test(texts[at + 1] ?? ''))) return []
  return texts.filter(
    (_, at) => /^-i?(?:name|path|wholename)$/.test(texts[at - 1] ?? '') && !/^(?:!|-not)$/.test(texts[at - 2] ?? ''),
  )
}

const splitBy = (texts: readonly string[], isCut: (text: string) => boolean): string[][] => {
  const ways: string[][] = [[]]
  for (const text of texts)
    if (isCut(text)) ways.push([])
    else ways.at(-1)?.push(text)
  return ways
}

/** What it removes is what its patterns name; where there are none, the folders. */
function removes(texts: readonly string[], { found, ground }: Shell) {
  const folders = placesOf(texts)
  // What is left out only narrows what goes; of several ways to be found each must name something.
  const ways = splitBy(texts, (text) => /^(?:-or?|,)$/.test(text)).map(namedBy)
  const patterns = ways.flat()
  const isInside = ground.roots.length > 0 && folders.every((each) => landingOf(each, ground).in === 'inside')
  const isPlain = ways.every((way) => way.length > 0)
  for (const each of patterns) found.part('selector', 'pattern', each)
  if (!isPlain || !isInside) for (const each of folders) found.part('selector', 'path', each)
  if (isPlain && isInside && patterns.every(isDerivedName)) return found.raise('own', 'find removes what is made again')
  found.raise('irreversible', 'find removes what it finds')
  found.items += many
}
