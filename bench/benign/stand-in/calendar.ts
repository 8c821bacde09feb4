import { list, text } from '../hands.ts'
import { found, type Handlers, has } from './kit.ts'

interface Entry {
  id: string
  calendarId: string
  summary: string
  start: string
  end: string
  [key: string]: unknown
}
interface State {
  calendars: object[]
  events: Entry[]
  busy: Record<string, [string, string][]>
}

export const calendar = (state: State): Handlers => {
  const eventOf = (args: Record<string, unknown>) =>
    found(
      state.events.find((e) => e.id === args.eventId),
      'the event',
    )
  const shown = (e: Entry) => ({
    ...e,
    htmlLink: `https://calendar.google.com/calendar/event?eid=${e.id}`,
    status: 'confirmed',
  })
  const within = (args: Record<string, unknown>) =>
    state.events.filter(
      (e) =>
        e.calendarId === args.calendarId &&
        e.start >= text(args, 'timeMin') &&
        (args.timeMax === undefined || e.start <= text(args, 'timeMax')),
    )
  return {
    'list-calendars': () => ({ calendars: state.calendars }),
    'list-events': (args) => ({ events: within(args).map(shown), totalCount: within(args).length }),
    'search-events': (args) => ({
      events: within(args)
        .filter((e) => has(JSON.stringify(e), text(args, 'query')))
        .map(shown),
    }),
    'get-event': (args) => ({ event: shown(eventOf(args)) }),
    'create-event': (args) => {
      const { calendarId, summary, start, end, ...rest } = args
      const event = {
        ...rest,
        id: `ev-${101 + state.events.length}`,
        calendarId: String(calendarId),
        summary: String(summary),
        start: String(start),
        end: String(end),
      }
      state.events.push(event)
      return { event: shown(event) }
    },
    'update-event': (args) => {
      const { eventId: _, calendarId: __, ...changes } = args
      return { event: shown(Object.assign(eventOf(args), changes)) }
    },
    'delete-event': (args) => {
      const one = eventOf(args)
      state.events = state.events.filter((e) => e !== one)
      return { success: true, eventId: one.id }
    },
    'get-freebusy': (args) => ({
      calendars: Object.fromEntries(
        list(args, 'calendars').map((c) => [
          text(c, 'id'),
          { busy: (state.busy[text(c, 'id')] ?? []).map(([start, end]) => ({ start, end })) },
        ]),
      ),
    }),
    'get-current-time': () => ({ currentTime: '2026-11-28T09:00:00+00:00', timezone: 'Europe/Lisbon' }),
  }
}
