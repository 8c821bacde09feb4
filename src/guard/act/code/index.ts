import { decodings, identitiesIn } from '../../identity/index.ts'
import type { Ground } from '../files/paths.ts'
import { isHere } from '../found/aims.ts'
import type { Found } from '../found/found.ts'
import { foldedIn, textsIn } from './fold.ts'
import { writesOf } from './writes.ts'

/** Most places that are told of one piece of code. */
const most = 64
/** Code that speaks to the net, or hands a text to a shell: there a bare name in a text is a host. */
const reaching =
  /\b(?:\w*socket\w*|https?\w*|net|tls|ssl|dns|smtp\w*|imap\w*|ftp\w*|telnet\w*|ssh\w*|paramiko|requests?|url\w*|fetch|axios|aio\w+|curl|wget|connect\w*|grpc|psycopg\w*|mysql\w*|pymongo|redis|boto\w*|system|popen|subprocess|exec\w*|spawn\w*|child_process|shell_exec|passthru|backticks)\b/i
/** `//host.example/…`, and an address for a host. */
const relative = /^\s*[\\/]{2}(?=[^\\/\s]{1,253}\.[^\\/\s])[^\s\\/]/
const led: ReadonlySet<string> = new Set(['url', 'host', 'ip', 'mailbox'])

/** Where code leads: what its texts name, and those that it puts together from pieces; and where it writes what acts later. */
export function readCode(source: string, found: Found, ground: Ground) {
  const text = source.slice(0, 65_536)
  const seen = new Set<string>()
  const tell = (kind: string, aim: string) => {
    if (seen.size >= most || seen.has(aim)) return
    seen.add(aim)
    found.part('destination', kind, aim)
  }
  const isReaching = reaching.test(text)
  const tokens = foldedIn(text)
  writesOf(tokens, found, ground)
  for (const one of textsIn(tokens).flatMap((each) => [each, ...decodings(each)])) {
    // A browser reads it as a host, by the scheme of the page.
    const each = relative.test(one) ? `https:${one}` : one
    for (const { kind, canonical, host } of identitiesIn(each))
      if (led.has(kind) && (isReaching || kind === 'url') && (host === undefined || !isHere(host)))
        tell(kind, canonical)
  }
  // What stands in no text, in a language whose texts are written otherwise; a piece of one was put together above.
  for (const { 0: url, index } of text.matchAll(/https?:\/\/[^\s'"`)<>{]{1,500}/g))
    if (!/['"`{]/.test(text[index + url.length] ?? '')) tell('url', url)
}
