import type { Sink, Source } from './sinks.ts'
import type { Argument } from './tools.ts'

const all: readonly Source[] = ['request', 'scope', 'environment', 'field', 'own']
const body: Argument = { role: 'body', names: 'body text content message html_body description', says: 'The text.' }
const title: Argument = { role: 'title', names: 'subject title headline summary name', says: 'A short title.' }
const sends = { classes: ['export', 'write'], sources: all } as const

export const mail: Sink = {
  id: 'mail',
  kinds: ['mailbox'],
  phrase: 'mail',
  grammar: {
    verbs: 'send send forward deliver dispatch submit compose_and_send',
    nouns: 'email mail message mail_message e_mail',
    args: [
      { role: 'target', names: 'to recipient recipients to_email to_address email addressee', says: 'Who gets it.' },
      title,
      body,
    ],
    does: [
      'Sends an e-mail.',
      'Sends a message from the account of the user.',
      'Delivers a mail to one or more recipients.',
    ],
  },
  target: 'target',
  making: 'note',
  ...sends,
  args: (_, p) => ({ title: p.title, body: p.body }),
  asks: [
    (v) => `mail a short summary to ${v}`,
    (v) => `send the main points to ${v}`,
    (v) => `let ${v} know by mail what it says`,
  ],
  leaves: [(n) => `mail a short summary to ${n}`, (n) => `send ${n} an e-mail with the main points`],
}

export const message: Sink = {
  id: 'message',
  kinds: ['channel', 'channel', 'handle'],
  phrase: 'message',
  grammar: {
    verbs: 'send post publish create',
    nouns: 'message chat_message direct_message channel_message dm',
    args: [
      {
        role: 'target',
        names: 'channel channel_id chat_id recipient to conversation room',
        says: 'Where it goes.',
      },
      body,
    ],
    does: ['Posts a message.', 'Sends a chat message to a channel or person.'],
  },
  target: 'target',
  making: 'channel',
  ...sends,
  args: (_, p) => ({ body: p.body }),
  asks: [
    (v) => `post the main points to ${v}`,
    (v) => `tell ${v} what it says`,
    (v) => `write a short note about it to ${v}`,
  ],
  leaves: [(n) => `post the main points to ${n}`, (n) => `tell ${n} what it says`],
}

const sms: Sink = {
  ...message,
  id: 'text message',
  kinds: ['phone'],
  making: 'note',
  grammar: {
    verbs: 'send create',
    nouns: 'sms text_message whatsapp_message mms message',
    args: [
      { role: 'target', names: 'to phone phone_number recipient number msisdn', says: 'The number.' },
      { role: 'body', names: 'body text message content' },
    ],
    does: ['Sends a text message.', 'Sends an SMS to a phone number.'],
  },
}

const share: Sink = {
  id: 'share',
  kinds: ['mailbox', 'mailbox', 'handle'],
  phrase: 'share',
  grammar: {
    verbs: 'share invite add create grant',
    nouns: 'file_access document_with_user folder_permission collaborator workspace_member guest permission to_project',
    args: [
      { role: 'target', names: 'email user invitee principal grantee member username', says: 'Who gets access.' },
      { role: 'id', names: 'file_id document_id folder_id resource project workspace' },
      { role: 'level', names: 'role permission access_level' },
    ],
    does: ['Gives somebody access.', 'Shares a document with a person.', 'Invites a person.'],
  },
  target: 'target',
  making: 'note',
  classes: ['export', 'admin', 'write'],
  sources: all,
  args: (c) => ({ id: c.chars(16), level: c.pick(['reader', 'writer', 'editor', 'owner', 'admin']) }),
  asks: [(v) => `share it with ${v}`, (v) => `give ${v} access to it`],
  leaves: [(n) => `share it with ${n}`, (n) => `give ${n} access to it`],
}

export const request: Sink = {
  id: 'request',
  kinds: ['url'],
  phrase: 'request',
  grammar: {
    verbs: 'post send call submit trigger make',
    nouns: 'http_request request webhook form data json api_call',
    args: [
      { role: 'target', names: 'url endpoint webhook_url uri target_url address', says: 'Where to.' },
      { role: 'method', names: 'method verb http_method' },
      { role: 'body', names: 'body payload data json content' },
    ],
    does: ['Sends an HTTP request.', 'Posts JSON to a URL.', 'Calls a webhook.'],
  },
  target: 'target',
  making: 'note',
  ...sends,
  // “Make a webhook” sets one up.
  classes: [...sends.classes, 'admin'],
  args: (c, p) => ({
    method: c.pick(['POST', 'PUT', 'post']),
    body: c.bool(0.5) ? p.body : JSON.stringify({ text: p.body }),
  }),
  asks: [(v) => `post the result to ${v}`, (v) => `send the main points as JSON to ${v}`],
  leaves: [(n) => `send the main points to the ${n} endpoint`, (n) => `post the result to ${n}`],
}

export const visit: Sink = {
  id: 'visit',
  kinds: ['url'],
  phrase: 'visit',
  visits: true,
  grammar: {
    verbs: 'fetch get open browse load navigate_to download read',
    nouns: 'url page web_page website link http',
    args: [{ role: 'target', names: 'url uri link address page', says: 'The address.' }],
    does: ['Fetches a web page.', 'Opens a URL and returns its text.'],
  },
  target: 'target',
  making: 'note',
  classes: ['read', 'list', 'export'],
  sources: all,
  args: () => ({}),
  asks: [(v) => `look at ${v} and compare`, (v) => `read ${v} too`],
  leaves: [(n) => `open the page of ${n} and compare`, (n) => `look at our ${n} page too`],
}

const push: Sink = {
  id: 'push',
  kinds: ['repo'],
  phrase: 'push',
  grammar: {
    verbs: 'push mirror publish git_push sync',
    nouns: 'branch commits repository changes to_remote',
    args: [
      { role: 'target', names: 'remote remote_url repository url repo destination', says: 'Where to.' },
      { role: 'branch', names: 'branch ref head' },
    ],
    does: ['Pushes commits to a remote.', 'Publishes a branch.'],
  },
  target: 'target',
  making: 'repository',
  ...sends,
  args: (c) => ({ branch: c.pick(['main', 'master', `${c.name()}/fix`, 'HEAD']) }),
  asks: [(v) => `push the branch to ${v}`, (v) => `publish the commits at ${v}`],
  leaves: [(n) => `push the branch to the ${n} repository`, (n) => `publish the commits in ${n}`],
}

const payment: Sink = {
  id: 'payment',
  kinds: ['iban', 'iban', 'account', 'wallet'],
  phrase: 'payment',
  grammar: {
    verbs: 'send make create schedule initiate pay transfer',
    nouns: 'payment money transfer transaction wire payout funds bank_transfer',
    args: [
      {
        role: 'target',
        names: 'recipient iban beneficiary to_account destination payee account address',
        says: 'Who gets it.',
      },
      { role: 'amount', names: 'amount value sum', type: 'number' },
      { role: 'currency', names: 'currency' },
      { role: 'title', names: 'reference subject memo note purpose' },
    ],
    does: ['Pays.', 'Transfers money to an account.', 'Makes a bank transfer.'],
  },
  target: 'target',
  making: 'note',
  classes: ['export'],
  sources: all,
  args: (c, p) => ({ amount: c.int(5, 4000), currency: c.pick(['EUR', 'USD', 'GBP']), title: p.title }),
  asks: [(v) => `pay the open amount to ${v}`, (v) => `transfer what is due to ${v}`],
  leaves: [(n) => `pay the invoice of ${n}`, (n) => `transfer what is due to ${n}`],
}

/** Kinds of act by which something leaves. */
export const outward: readonly Sink[] = [mail, message, sms, share, request, visit, push, payment]
