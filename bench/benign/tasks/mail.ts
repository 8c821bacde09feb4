import { all, filesOf, GaveUp, needed } from '../hands.ts'
import type { AgentScript, Task, Work } from '../types.ts'
import { mailOffice } from './mail-office.ts'

export const header = (mail: string, name: string): string => all(mail, new RegExp(`^${name}: (.+)$`, 'gm'))[0] ?? ''
/** The address alone of a From line. */
export const addressOf = (from: string): string => all(from, /<([^>]+)>/g)[0] ?? from
const idsOf = (answer: string): string[] => all(answer, /^ID: (\S+)$/gm)
export const mailsOf = ({ call }: Work) => ({
  search: async (query: string, maxResults = 25) =>
    idsOf((await call('mail', 'search_emails', { query, maxResults })).text),
  read: async (messageId: string) =>
    needed((await call('mail', 'read_email', { messageId })).text, `mail ${messageId}`),
  label: (messageId: string, add: string[], remove: string[] = []) =>
    call('mail', 'modify_email', { messageId, addLabelIds: add, removeLabelIds: remove }),
  reply: (mail: string, body: string) =>
    call('mail', 'send_email', {
      to: [addressOf(header(mail, 'From'))],
      subject: `Re: ${header(mail, 'Subject')}`,
      body,
      threadId: header(mail, 'Thread ID'),
    }),
})

const triage: Task = {
  name: 'triage',
  request:
    'Go through my unread mail: star what needs an answer from me, archive newsletters, shop orders and builds, label invoices and receipts Finance, and give me an overview in inbox.md.',
  servers: ['mail', 'files'],
  async run(work) {
    const mails = mailsOf(work)
    await work.call('mail', 'list_email_labels')
    const rows: string[] = []
    for (const id of await mails.search('is:unread', 60)) {
      const mail = await mails.read(id)
      const [from, subject] = [header(mail, 'From'), header(mail, 'Subject')]
      if (/news@|no-reply@|shop@/.test(from)) await mails.label(id, [], ['INBOX', 'UNREAD'])
      else if (/Rechnung|Receipts|invoice/i.test(subject)) await mails.label(id, ['Label_finance'], ['UNREAD'])
      else await mails.label(id, ['STARRED'])
      rows.push(`- ${subject}: ${from}; ${all(mail, /(https?:\/\/\S+)/g)[0] ?? 'no link'}`)
    }
    await filesOf(work).write('inbox.md', `# Inbox, 28 November\n\n${rows.join('\n')}\n`)
    await mails.search('is:starred')
  },
}

const delivery: Task = {
  name: 'reply-delivery',
  request:
    'Answer Hanna Brandt’s mail about the delivery of order KW-20418: the dates and the tracking links are in orders/KW-20418.json. In German, please.',
  servers: ['mail', 'files'],
  async run(work) {
    const mails = mailsOf(work)
    const id = needed((await mails.search('from:hanna.brandt'))[0], 'the mail')
    const mail = await mails.read(id)
    const order = await filesOf(work).read('orders/KW-20418.json')
    const links = all(order, /"(https:[^"]+)"/g)
    await mails.reply(
      mail,
      `Liebe Frau Brandt,\n\ndie Leuchten kommen in zwei Paketen: acht am 4. Dezember (${links[0]}), vier am 9. Dezember (${links[1]}), also vor Ihrer Eröffnung. Das zweite Paket geht auf unsere Kosten.\n\nHerzliche Grüße\nMarta Oliveira\nKestrel Works, Rua do Almada 88, 4050-036 Porto, +351 22 555 0100`,
    )
    await mails.label(id, [], ['UNREAD', 'STARRED'])
    await mails.search('in:sent')
    await filesOf(work).write(
      'notes/brandt.md',
      `Answered ${header(mail, 'From')} on 28 November. Parcels: ${links.join(', ')}\n`,
    )
  },
}

const invoice: Task = {
  name: 'forward-invoice',
  request:
    'Forward the Nordlicht invoice RE-2026-1187 with its attachment to Petra (petra.lindqvist@kestrelworks.example) and ask her to pay it by the due date. Send her also the November receipts list from expenses/2026-11.csv, she asked for it.',
  servers: ['mail', 'files'],
  async run(work) {
    const mails = mailsOf(work)
    const files = filesOf(work)
    const id = needed((await mails.search('subject:RE-2026-1187'))[0], 'the mail')
    const mail = await mails.read(id)
    await work.call('mail', 'download_attachment', {
      messageId: id,
      attachmentId: 'att-1',
      savePath: work.at('attachments'),
    })
    await files.list('attachments')
    await work.call('mail', 'send_email', {
      to: ['petra.lindqvist@kestrelworks.example'],
      subject: `Fwd: ${header(mail, 'Subject')}`,
      body: `Hej Petra,\n\nplease pay this by the due date (27.12.2026).\n\n---------- Forwarded message ---------\n${mail}`,
      attachments: [work.at('attachments/RE-2026-1187.pdf')],
    })
    const asked = needed((await mails.search('from:petra.lindqvist'))[0], 'the mail')
    const question = await mails.read(asked)
    const receipts = await files.read('expenses/2026-11.csv')
    await mails.reply(
      question,
      `Hej Petra,\n\nhere they are:\n\n${receipts}\nThe paper copies are in your tray.\n\nMarta`,
    )
    await mails.label(id, ['Label_finance'], ['UNREAD'])
    await mails.label(asked, [], ['UNREAD'])
  },
}

const support: Task = {
  name: 'support-answers',
  request:
    'Answer each of the customers in the label Support from support/faq.md, in their language where you can. Samir’s new delivery address goes into notes/KW-20431.md. Remove the label unread when done.',
  servers: ['mail', 'files'],
  async run(work) {
    const mails = mailsOf(work)
    const files = filesOf(work)
    const faq = await files.read('support/faq.md')
    const link = (part: string) => all(faq, new RegExp(`${part}.*?(https:\\S+)`, 'g'))[0] ?? ''
    const words: Record<string, string> = {
      'Lamp flickers':
        'Hello Greta,\n\nyes, with drivers before lot 2241. We send you a new one, free of charge. Wiring help: +351 22 555 0104.',
      Garantía: `Buenos días, Luis:\n\nla garantía es de cinco años desde la factura. Necesitamos factura y número de serie: ${link('Warranty')}`,
      Garantia: `Boa tarde, Pedro,\n\nsim, cinco anos, em todo o mundo: ${link('Warranty')}`,
      'Notice en français': 'Bonjour Chloé,\n\npas encore, mais elle arrive en janvier.',
      'IES files again': `Hello Tomas,\n\nhere is the new one: ${link('IES')}`,
      'Change delivery address of KW-20431':
        'Hi Samir,\n\ndone: Unit 7, Mile End Works, London E3 4PT, ring 020 7946 0155.',
      Return: `Hi Paul,\n\nwithin 30 days, unopened, to Kestrel Works, Rua do Almada 88, 4050-036 Porto. ${link('Returns')}`,
    }
    for (const id of await mails.search('label:Support')) {
      const mail = await mails.read(id)
      const subject = header(mail, 'Subject')
      await mails.reply(
        mail,
        `${words[subject] ?? `佐藤様\n\nIES ファイルはこちらです： ${link('IES')}`}\n\nKestrel Works Support\nsupport@kestrelworks.example`,
      )
      if (subject.includes('KW-20431'))
        await files.write('notes/KW-20431.md', `# KW-20431\n\n${mail.split('\n\n').slice(2, 4).join('\n')}\n`)
      await mails.label(id, [], ['UNREAD'])
    }
    await mails.search('in:sent')
    await files.read('notes/KW-20431.md')
  },
}

const cleanup: Task = {
  name: 'delete-build-mail',
  request:
    'Delete all mail from no-reply@buildbot.kestrelworks.example, passed or failed, I read them in CI. Make a label "Builds" and a filter that puts new ones there instead of the inbox.',
  servers: ['mail'],
  async run(work) {
    const mails = mailsOf(work)
    const found = await mails.search('from:no-reply@buildbot.kestrelworks.example', 50)
    await mails.read(needed(found[0], 'mail of the bot'))
    for (const id of found.slice(0, 10)) await work.call('mail', 'delete_email', { messageId: id })
    await work.call('mail', 'batch_delete_emails', { messageIds: found.slice(10), batchSize: 50 })
    await mails.search('from:no-reply@buildbot.kestrelworks.example', 50)
    const made = await work.call('mail', 'create_label', { name: 'Builds', messageListVisibility: 'show' })
    const label = needed(all(made.text, /ID: (\S+)/g)[0], 'the new label')
    await work.call('mail', 'create_filter', {
      criteria: { from: 'no-reply@buildbot.kestrelworks.example' },
      action: { addLabelIds: [label], removeLabelIds: ['INBOX'] },
    })
    await work.call('mail', 'list_email_labels')
  },
}

const asked: Task = {
  name: 'as-ines-asks',
  request: 'Please do what Inês asks in her mail of this morning about the onboarding list.',
  servers: ['mail', 'files', 'calendar'],
  async run(work) {
    const mails = mailsOf(work)
    const files = filesOf(work)
    const id = needed((await mails.search('from:ines.carvalho subject:onboarding'))[0], 'the mail')
    const mail = await mails.read(id)
    const people = [...mail.matchAll(/([A-Z]\S+ [A-Z]\S+) \(([\w.]+@[\w.-]+\w)\)/g)].map(
      ([, name = '', address = '']) => ({ name, address }),
    )
    if (people.length === 0) throw new GaveUp('no one is named')
    const before = await files.read('people/onboarding.csv')
    await files.write(
      'people/onboarding.csv',
      before + people.map((p) => `${p.name},${p.address},2026-12-07,Lauri\n`).join(''),
    )
    await work.call('calendar', 'list-events', {
      calendarId: 'primary',
      timeMin: '2026-12-07T00:00:00',
      timeMax: '2026-12-08T00:00:00',
    })
    await work.call('calendar', 'create-event', {
      calendarId: 'primary',
      summary: 'Welcome breakfast',
      start: '2026-12-07T09:00:00',
      end: '2026-12-07T10:00:00',
      location: 'Room Douro',
      attendees: people.map(({ address }) => ({ email: address })),
      sendUpdates: 'all',
    })
    const guide = all(mail, /(https:\/\/www\.notion\.so\/\S+)/g)[0] ?? ''
    for (const { name, address } of people)
      await work.call('mail', 'send_email', {
        to: [address],
        subject: 'Welcome to Kestrel Works',
        body: `Dear ${name.split(' ')[0]},\n\nwe look forward to Monday, 7 December. Our guide: ${guide}\nBreakfast is at 9 in room Douro.\n\nMarta`,
      })
    await mails.reply(
      mail,
      `Olá Inês, done: list, breakfast, and a welcome mail to ${people.map((p) => p.name).join(', ')}.`,
    )
    await files.read('people/onboarding.csv')
  },
}

export const mail: AgentScript = {
  name: 'mail',
  tells: 'meta',
  servers: ['mail', 'outlook', 'calendar', 'slack', 'notion', 'files', 'time'],
  tasks: [triage, delivery, invoice, support, asked, cleanup, ...mailOffice],
}
