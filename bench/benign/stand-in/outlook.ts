import { list, pick, text } from '../hands.ts'
import { found, type Handlers, has } from './kit.ts'

interface Message {
  id: string
  folder: string
  [key: string]: unknown
}
interface State {
  me: string
  folders: { id: string; displayName: string }[]
  messages: Message[]
  events: ({ id: string } & Record<string, unknown>)[]
  users: { displayName: string; mail: string }[]
}

/** Answers as Microsoft Graph does. */
export const outlook = (state: State): Handlers => {
  const messageOf = (args: Record<string, unknown>) =>
    found(
      state.messages.find((m) => m.id === args.messageId),
      'the message',
    )
  const eventOf = (args: Record<string, unknown>) =>
    found(
      state.events.find((e) => e.id === args.eventId),
      'the event',
    )
  const send = (message: unknown) => {
    state.messages.push({ id: `AAMk-s${state.messages.length}`, folder: 'sentitems', ...(message as object) })
    return { message: 'OK!' }
  }
  return {
    'list-mail-messages': (args) => ({
      value: state.messages
        .filter((m) => m.folder === 'inbox')
        .slice(0, Number(args.top ?? 10))
        .map(({ body, ...head }) => ({ ...head, hasBody: body !== undefined })),
    }),
    'get-mail-message': (args) => messageOf(args),
    'send-mail': (args) => send(pick(args, 'body', 'message')),
    'reply-mail-message': (args) => {
      const to = messageOf(args)
      return send({
        subject: `Re: ${text(to, 'subject')}`,
        toRecipients: [pick(to, 'from')],
        body: { content: text(args, 'body', 'comment') },
      })
    },
    'forward-mail-message': (args) => {
      const of = messageOf(args)
      return send({
        subject: `Fw: ${text(of, 'subject')}`,
        toRecipients: list(args, 'body', 'toRecipients'),
        body: pick(of, 'body'),
      })
    },
    'move-mail-message': (args) => {
      const one = messageOf(args)
      one.folder = text(args, 'body', 'destinationId')
      return one
    },
    'list-mail-folders': () => ({ value: state.folders }),
    'list-calendar-events': () => ({ value: state.events }),
    'get-calendar-event': (args) => eventOf(args),
    'create-calendar-event': (args) => {
      const event = { id: `EV-${state.events.length + 1}`, ...(args.body as object) }
      state.events.push(event)
      return event
    },
    'update-calendar-event': (args) => Object.assign(eventOf(args), args.body),
    'delete-calendar-event': (args) => {
      const one = eventOf(args)
      state.events = state.events.filter((e) => e !== one)
      return { message: 'OK!' }
    },
    'list-users': (args) => ({ value: state.users.filter((u) => has(u.displayName, text(args, 'search'))) }),
  }
}
