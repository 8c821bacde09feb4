import { list, text } from '../hands.ts'
import type { Work } from '../types.ts'

export const platform = { owner: 'kestrelworks', repo: 'platform' }
export const slackOf = ({ call }: Work) => ({
  channel: async (name: string) => {
    const channels = await call('slack', 'channels_list', { channel_types: 'public_channel' })
    return (
      text(
        list(channels.data, 'channels').find((c) => text(c, 'name') === name),
        'id',
      ) || `#${name}`
    )
  },
  history: (channel_id: string, limit = '50') => call('slack', 'conversations_history', { channel_id, limit }),
  post: (channel_id: string, payload: string, thread_ts?: string) =>
    call('slack', 'conversations_add_message', {
      channel_id,
      payload,
      ...(thread_ts === undefined ? {} : { thread_ts }),
    }),
})
