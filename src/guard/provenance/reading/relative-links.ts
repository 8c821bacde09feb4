import { type Identity, identitiesOf } from '../../identity/index.ts'

/** Most relative links of one reading that are resolved. */
const most = 1024
/** Targets of Markdown, HTML and accessibility trees, and paths from the root that stand alone. Linear in the text. */
const target =
  /\]\(\s*<?([^)\s<>]{1,512})|\b(?:href|src|action)\s*=\s*["']([^"'\s]{1,512})|(?:^|[\s"'(<])(\/[\w~%.@-][^\s"'<>()]{0,511})/g
const absolute = /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i

/** The page that a reading is: what was visited, else the first URL at its head, as browsers tell it. */
export function baseOf(text: string, visited: string | undefined): URL | undefined {
  const base = visited ?? /https?:\/\/[^\s'"`)<>]{1,500}/i.exec(text.slice(0, 512))?.[0]
  return base === undefined || !URL.canParse(base) ? undefined : new URL(base)
}

/** Links of a page that leave out its host, as the addresses that they lead to: to follow one carries nothing out. */
export function* relativeLinks(text: string, base: URL): Generator<Identity> {
  if (base.protocol !== 'http:' && base.protocol !== 'https:') return
  let count = 0
  for (const [, markdown, attribute, path] of text.matchAll(target)) {
    const given = markdown ?? attribute ?? path?.replace(/[.,;:!?]+$/, '') ?? ''
    if (given === '' || absolute.test(given) || !URL.canParse(given, base.href)) continue
    if (++count > most) return
    yield* identitiesOf(new URL(given, base).href, 'url')
  }
}
