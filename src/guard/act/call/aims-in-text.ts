import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import { identitiesIn, isConversation } from '../../identity/index.ts'
import { promptWords } from '../roles/property-words.ts'
import { shapeOf } from '../roles/shape.ts'

/** Longest text that is looked at, in UTF-16 units. */
const longest = 8192
const limit = 32
/** To whom something goes; a page is only what is to be looked at. */
const addressee = /^(?:mailbox|phone|iban|account|handle)$/

/**
 * Where one text of an act leads though it is no address as a whole: what an argument by which a tool is told in words what to do names
 * (`instructions: 'Send it to a@b.example'`), and the mailbox within a URL (`…/users('a@b.example')`).
 */
export function aimsInText(name: string, text: string, sink: Sink): { kind: string; text: string }[] {
  if (sink === 'look' || sink === 'own' || text.length > longest) return []
  if (shapeOf(text) === 'url') return mailboxesIn(text).map((each) => ({ kind: 'mailbox', text: each }))
  if (!promptWords.has(singular(wordsOf(name).at(-1) ?? ''))) return []
  return identitiesIn(text)
    .filter(({ kind }) => addressee.test(kind) || (kind === 'url' && sink !== 'execution'))
    .slice(0, limit)
    .map(({ kind, canonical }) => ({ kind: kind === 'iban' ? 'account' : kind, text: canonical }))
}

/** Mailboxes that are a step of the path of a URL, or a value of its query. */
function mailboxesIn(url: string): string[] {
  const rest = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  let said = rest
  try {
    said = decodeURIComponent(rest)
  } catch {}
  return said
    .split(/[/?&=#()'";,]/)
    .filter(
      (step) =>
        /^[^\s@]{1,64}@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,24}$/u.test(step) &&
        !isConversation(step) &&
        !/\.(?:js|css|mjs|json|md|html?)$/i.test(step),
    )
    .slice(0, 8)
}
