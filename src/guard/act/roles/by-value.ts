import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import { isConversation } from '../../identity/index.ts'
import type { Leaf } from '../call/walk.ts'
import * as property from './property-words.ts'
import type { RoleOf } from './roles.ts'
import { shapeOf } from './shape.ts'

const leaving: ReadonlySet<Sink> = new Set(['outward', 'money', 'persistence'])

/** What an argument names by where people talk: `chatId`, `thread_id`, `conversationIds`. */
const talks = (name: string): boolean =>
  wordsOf(name)
    .map(singular)
    .some((word) => word === 'thread' || property.placeWords.channel?.has(word) === true)

/** What the value itself says against its name; undefined where it says nothing. */
export function byValue({ name }: Leaf, text: string, role: RoleOf, sink: Sink): RoleOf | undefined {
  if (isConversation(text) && talks(name) && (role.role === 'selector' || role.role === 'destination'))
    return {
      role: leaving.has(sink) ? 'destination' : role.role,
      kind: 'channel',
      because: 'a number of a conversation',
    }
  if (role.kind === 'channel' && shapeOf(text) === 'mailbox') return { ...role, kind: 'mailbox' }
  return undefined
}
