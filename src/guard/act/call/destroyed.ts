import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Part } from '../types.ts'

/** What is called only this, is called after nothing else: the thing itself. */
const bare = /^(?:id|key|name|path|file|filename|filepath|uuid|guid|slug|number|sha|iid|title)$/
/** What follows is where it lies. */
const before = /^(?:from|in|of|by|at|on|to|with|for|within|inside)$/

/** `messageIds` → message. */
const thing = (name: string): string | undefined =>
  wordsOf(name)
    .map(singular)
    .findLast((word) => !bare.test(word))

/**
 * Of the arguments of a tool that destroys, tells those that name what is destroyed from those that say where it lies: the tool’s name says
 * what goes (`delete_message`: `messageId`, and `channelId` is where), else the argument that is called after nothing is it (`bucket`, `key`).
 * Where neither tells anything, each of them may go.
 */
export function sparePlaces(parts: readonly Part[], words: readonly string[]): void {
  const named = parts.filter(({ role, path }) => role === 'selector' && !path.includes('#'))
  const end = words.findIndex((word, at) => at > 0 && before.test(word))
  const head = singular((end < 0 ? words : words.slice(0, end)).at(-1) ?? '')
  const ofHead = named.filter(({ name }) => thing(name) === head)
  const alone = named.filter(({ name }) => thing(name) === undefined)
  const gone = ofHead.length > 0 ? ofHead : alone
  if (gone.length > 0) for (const part of named) if (!gone.includes(part)) part.spared = 'place'
}
