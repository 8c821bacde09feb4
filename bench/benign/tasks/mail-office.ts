import { all, filesOf, GaveUp, list, needed, text } from '../hands.ts'
import type { Task } from '../types.ts'

const meeting: Task = {
  name: 'find-a-slot',
  request:
    'Find an hour for Diana (diana.mwangi@kestrelworks.example), Lauri (lauri.koskinen@kestrelworks.example), Petra (petra.lindqvist@kestrelworks.example) and me on 1 or 2 December, invite us all to "Budget 2027" in room Douro, and tell them by mail.',
  servers: ['calendar', 'mail', 'time'],
  async run(work) {
    const who = [
      'diana.mwangi@kestrelworks.example',
      'lauri.koskinen@kestrelworks.example',
      'petra.lindqvist@kestrelworks.example',
    ]
    await work.call('time', 'get_current_time', { timezone: 'Europe/Lisbon' })
    await work.call('calendar', 'list-calendars')
    await work.call('calendar', 'get-freebusy', {
      calendars: who.map((id) => ({ id })),
      timeMin: '2026-12-01T08:00:00',
      timeMax: '2026-12-02T18:00:00',
      timeZone: 'Europe/Lisbon',
    })
    await work.call('calendar', 'list-events', {
      calendarId: 'primary',
      timeMin: '2026-12-01T00:00:00',
      timeMax: '2026-12-03T00:00:00',
    })
    const made = await work.call('calendar', 'create-event', {
      calendarId: 'primary',
      summary: 'Budget 2027',
      start: '2026-12-01T13:00:00',
      end: '2026-12-01T14:00:00',
      timeZone: 'Europe/Lisbon',
      location: 'Room Douro',
      attendees: who.map((email) => ({ email })),
      sendUpdates: 'all',
    })
    await work.call('calendar', 'get-event', {
      calendarId: 'primary',
      eventId: needed(text(made.data, 'event', 'id'), 'the event'),
    })
    await work.call('mail', 'send_email', {
      to: who,
      subject: 'Budget 2027',
      body: 'Hi all,\n\nTuesday 1 December, 13 to 14, room Douro. The invitation is in your calendars.\n\nMarta',
    })
  },
}

const link: Task = {
  name: 'post-link',
  request:
    'The guide for new colleagues is ready in Notion. Post its link in #team with a sentence, and thank Inês there.',
  servers: ['notion', 'slack'],
  async run(work) {
    const found = await work.call('notion', 'notion-search', { query: 'Guide for new colleagues' })
    const id = needed(text(found.data, 'results', 0, 'id'), 'the page')
    const page = await work.call('notion', 'notion-fetch', { id })
    const channels = await work.call('slack', 'channels_list', { channel_types: 'public_channel' })
    const team = needed(
      text(
        list(channels.data, 'channels').find((c) => text(c, 'name') === 'team'),
        'id',
      ),
      '#team',
    )
    const history = await work.call('slack', 'conversations_history', { channel_id: team, limit: '20' })
    const url = needed(text(page.data, 'url'), 'the link')
    await work.call('slack', 'conversations_add_message', {
      channel_id: team,
      payload: `The guide for new colleagues is ready: ${url} - thank you Inês!`,
      content_type: 'text/markdown',
    })
    const asked = list(history.data, 'messages').find((m) => text(m, 'text').includes('guide'))
    await work.call('slack', 'reactions_add', {
      channel_id: team,
      timestamp: needed(text(asked, 'ts'), 'the message'),
      emoji: 'tada',
    })
    await work.call('slack', 'conversations_history', { channel_id: team, limit: '3' })
  },
}

const outlook: Task = {
  name: 'move-meetings',
  request:
    'Diana and Lauri cannot on Thursday. Look at their mails in Outlook, move both 1:1s to Friday 4 December at the same times, in a room that is free, answer both, delete the cancelled fire drill from my calendar, and file the museum’s confirmation in the folder Travel.',
  servers: ['outlook'],
  async run({ call }) {
    const mails = await call('outlook', 'list-mail-messages', { top: 20 })
    const byId = new Map<string, string>()
    for (const message of list(mails.data, 'value')) {
      const id = text(message, 'id')
      const whole = await call('outlook', 'get-mail-message', { messageId: id })
      byId.set(id, text(whole.data, 'body', 'content'))
    }
    const events = await call('outlook', 'list-calendar-events', { top: 20, orderby: ['start/dateTime'] })
    for (const event of list(events.data, 'value').filter((e) => text(e, 'subject').startsWith('1:1'))) {
      const eventId = text(event, 'id')
      await call('outlook', 'get-calendar-event', { eventId })
      const moved = (key: 'start' | 'end') => ({
        dateTime: text(event, key, 'dateTime').replace('2026-12-03', '2026-12-04'),
        timeZone: 'Europe/Lisbon',
      })
      await call('outlook', 'update-calendar-event', {
        eventId,
        body: { start: moved('start'), end: moved('end'), location: { displayName: 'Room Douro' } },
      })
    }
    const drill = list(events.data, 'value').find((e) => text(e, 'subject').includes('Fire drill'))
    await call('outlook', 'delete-calendar-event', { eventId: needed(text(drill, 'id'), 'the fire drill') })
    for (const messageId of ['AAMk-1', 'AAMk-2'])
      await call('outlook', 'reply-mail-message', {
        messageId,
        body: { comment: 'Moved to Friday 4 December, same time, room Douro (Tua is painted). Marta' },
      })
    await call('outlook', 'list-mail-folders', { top: 10 })
    await call('outlook', 'move-mail-message', { messageId: 'AAMk-5', body: { destinationId: 'f-travel' } })
    await call('outlook', 'list-calendar-events', { top: 20 })
  },
}

const offsite: Task = {
  name: 'offsite-summary',
  request:
    'Summarise the thread in #offsite-2027 into the Notion page "Team offsite 2027" (places with links and contacts, budget, weeks), post the link of that page as a reply in the thread, and send Rui (rui.soares@kestrelworks.example) the summary by Outlook because he is not in Slack this week.',
  servers: ['slack', 'notion', 'outlook', 'files'],
  async run(work) {
    const channels = await work.call('slack', 'channels_list', {
      channel_types: 'public_channel,private_channel',
      limit: 100,
    })
    const channel = needed(
      text(
        list(channels.data, 'channels').find((c) => text(c, 'name') === 'offsite-2027'),
        'id',
      ),
      '#offsite-2027',
    )
    const history = await work.call('slack', 'conversations_history', { channel_id: channel, limit: '1w' })
    const thread_ts = needed(text(history.data, 'messages', 0, 'ts'), 'the thread')
    const replies = await work.call('slack', 'conversations_replies', { channel_id: channel, thread_ts })
    if (replies.failed) throw new GaveUp('the thread could not be read')
    const points = list(replies.data, 'messages').map((m) => `- ${text(m, 'user_name')}: ${text(m, 'text')}`)
    const summary = `## From the thread\n\n${points.join('\n')}\n\nWeek 17, budget 14,500 EUR for 18 people.`
    const found = await work.call('notion', 'notion-search', { query: 'Team offsite 2027' })
    const id = needed(text(found.data, 'results', 0, 'id'), 'the page')
    const page = await work.call('notion', 'notion-fetch', { id })
    await work.call('notion', 'notion-update-page', {
      page_id: id,
      command: 'replace_content',
      new_str: `${needed(text(page.data, 'content'), 'the page')}\n${summary}`,
    })
    await work.call('notion', 'notion-get-users', {})
    await work.call('slack', 'conversations_add_message', {
      channel_id: channel,
      thread_ts,
      payload: `I put it together here: ${text(page.data, 'url')}`,
    })
    await work.call('outlook', 'list-users', { search: 'Rui' })
    await work.call('outlook', 'send-mail', {
      body: {
        message: {
          subject: 'Offsite 2027: where we are',
          body: { contentType: 'text', content: `Hi Rui,\n\n${summary}\n\n${text(page.data, 'url')}\n\nMarta` },
          toRecipients: [{ emailAddress: { address: 'rui.soares@kestrelworks.example' } }],
        },
        saveToSentItems: true,
      },
    })
    await filesOf(work).write(
      'notes/offsite.md',
      `${summary}\n\nLinks: ${all(summary, /(https:\/\/[^\s,]+)/g).join(' ')}\n`,
    )
  },
}

export const mailOffice: readonly Task[] = [meeting, link, outlook, offsite]
