import { text } from '../hands.ts'
import { found, type Handlers, has } from './kit.ts'

interface Said {
  ts: string
  user: string
  text: string
  reactions?: string[]
  replies?: Said[]
}
interface State {
  me: string
  users: { id: string; name: string; real_name: string; email: string }[]
  channels: { id: string; name: string; topic: string }[]
  messages: Record<string, Said[]>
}

export const slack = (state: State): Handlers => {
  const idOf = (given: string) => state.channels.find((c) => c.id === given || `#${c.name}` === given)?.id
  const saidIn = (args: Record<string, unknown>) =>
    found(state.messages[idOf(text(args, 'channel_id')) ?? ''], `channel ${text(args, 'channel_id')}`)
  const shown = ({ replies, ...said }: Said) => {
    const user = state.users.find((u) => u.id === said.user)
    return {
      ...said,
      user_name: user?.name ?? said.user,
      real_name: user?.real_name ?? '',
      reply_count: replies?.length ?? 0,
    }
  }
  return {
    channels_list: () => ({ channels: state.channels.map((c) => ({ ...c, members: 12 + c.name.length })) }),
    // Newest first, a page as long as `limit` says where it is a number.
    conversations_history: (args) => {
      const all = saidIn(args).toReversed()
      const size = /^\d+$/.test(text(args, 'limit')) ? Number(text(args, 'limit')) : 100
      const from = Number(text(args, 'cursor') || 0)
      const next = from + size < all.length ? String(from + size) : ''
      return { messages: all.slice(from, from + size).map(shown), next_cursor: next }
    },
    conversations_replies: (args) => {
      const parent = found(
        saidIn(args).find((m) => m.ts === text(args, 'thread_ts')),
        'the thread',
      )
      return { messages: [shown(parent), ...(parent.replies ?? []).map(shown)], next_cursor: '' }
    },
    conversations_add_message: (args) => {
      const all = saidIn(args)
      const ts = `1764320000.${String(all.length).padStart(6, '0')}`
      const said = { ts, user: state.me, text: text(args, 'payload') }
      const parent = all.find((m) => m.ts === text(args, 'thread_ts'))
      if (parent === undefined) all.push(said)
      else parent.replies = [...(parent.replies ?? []), said]
      return { ok: true, channel: idOf(text(args, 'channel_id')) ?? '', message: shown(said) }
    },
    conversations_search_messages: (args) => ({
      messages: Object.values(state.messages)
        .flat()
        .filter((m) => has(m.text, text(args, 'search_query')))
        .map(shown),
    }),
    reactions_add: (args) => {
      const said = found(
        saidIn(args).find((m) => m.ts === text(args, 'timestamp')),
        'the message',
      )
      said.reactions = [...(said.reactions ?? []), text(args, 'emoji')]
      return { ok: true }
    },
    users_search: (args) => ({
      users: state.users.filter((u) => has(`${u.name} ${u.real_name} ${u.email}`, text(args, 'query'))),
    }),
  }
}
