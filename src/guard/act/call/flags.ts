import { messages } from '../../../formats/kit/tool-name/nouns.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'

/** Who may see or use a thing, and the words by which that is everybody. */
const reach =
  /^(?:visibility|access|audience|view(?:ers?)?|edit(?:ors?)?|read|write|acl|share(?:d|_?with)?|permissions?|who|(?:link_?)?scope|(?:general|link)_?access)$/i
const everybody =
  /^\s*(?:public|(?:public|world)[-_ ]?(?:read|readable|write)(?:[-_ ]?write)?|any(?:one|body)|every(?:one|body)|anonymous|any(?:one|body)_?with_?(?:the_?)?link|all[-_ ]?users|world|\*)\s*$/i

/** A thing that is there is opened to everybody: `visibility: public`, `view: anyone`, `private: false`. */
export const opensToAll = (name: string, text: string): boolean =>
  (reach.test(name) && everybody.test(text)) || (/^(?:is_?)?private$/i.test(name) && text === 'false')

/** What a flag that is set makes of an act: `in_trash`, `permanently`, `send_now`, `public`. Undefined where it makes nothing of it. */
export function flagEffect(name: string, sink: Sink): Sink | undefined {
  const words = wordsOf(name).map(singular)
  const allows = words.some((word) => /^(?:allow|allowed|can|include|show|soft|ignore|keep)/.test(word))
  if (
    !allows &&
    words.some((word) => /^(?:trash|trashed|delete|deleted|purge|permanent|permanently|destroy)$/.test(word))
  )
    return 'irreversible'
  // What others look after is gone round: their rules, checks and reviews.
  if (sink !== 'own' && goesRound(words)) return 'approval'
  // Who is made one may do what others may not.
  if (sink !== 'own' && /^(?:is_?|make_?|as_?)?(?:admin|superuser|super_?admin|root|owner|moderator)$/i.test(name))
    return 'persistence'
  if (sink !== 'own' && /^(?:send|publish|public|share|notify)(?:_?now|_?all|_?email)?$/i.test(name)) return 'outward'
  return undefined
}

/** A mark that is put on a message throws it away: the label of what lies in the trash. */
export const throwsAway = (tool: readonly string[], name: string, text: string): boolean => {
  const words = wordsOf(name).map(singular)
  return (
    /^\s*\\?(?:trash|trashed|deleted|bin)\s*$/i.test(text) &&
    (text.includes('\\') ||
      tool.some((word) => messages.has(singular(word)) || /^(?:threads?|mailbox|inbox|gmail|imap)$/.test(word))) &&
    words.some((word) => /^(?:label|tag|flag|keyword)$/.test(word)) &&
    !words.some((word) => /^(?:remove|removed|unset|clear|without|exclude|except)$/.test(word))
  )
}

const goesRound = (words: readonly string[]): boolean =>
  words.some((word) => /^(?:bypass|circumvent)$/.test(word)) ||
  (words.some((word) => /^(?:skip|ignore|override|overrule|disable|without|no)$/.test(word)) &&
    words.some((word) => /^(?:policy|policie|protection|review|approval|safeguard)$/.test(word)))
