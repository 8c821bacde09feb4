import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { list, text } from '../hands.ts'
import { found, type Handlers, has } from './kit.ts'

interface Mail {
  id: string
  threadId: string
  from: string
  to: string
  subject: string
  date: string
  labels: string[]
  body: string
  attachments?: { id: string; filename: string; size: number }[]
}
interface State {
  me: string
  labels: { id: string; name: string }[]
  messages: Mail[]
}

const strings = (args: Record<string, unknown>, key: string) => list(args, key).map(String)

/** Answers in words, as the public servers for Gmail do. */
export const mail = (state: State): Handlers => {
  const mailOf = (id: string) =>
    found(
      state.messages.find((m) => m.id === id),
      `message ${id}`,
    )
  const matches = (m: Mail, query: string) =>
    query.split(/\s+/).every((part) => {
      const [key = '', value = ''] = part.includes(':') ? part.split(/:(.*)/s) : ['', part]
      const labelled = (name: string) =>
        m.labels.some((l) => l === name || state.labels.find((k) => k.id === l)?.name === name)
      if (key === 'from') return has(m.from, value)
      if (key === 'subject') return has(m.subject, value)
      if (key === 'label') return labelled(value)
      if (key === 'is') return labelled(value.toUpperCase()) && labelled('INBOX')
      if (key === 'in') return labelled(value.toUpperCase())
      return has(`${m.subject} ${m.body}`, value)
    })
  const keep = (args: Record<string, unknown>, label: string) => {
    const id = `19a${String(state.messages.length).padStart(3, '0')}`
    const to = strings(args, 'to').join(', ')
    state.messages.push({
      ...{ id, threadId: text(args, 'threadId') || `t-${id}`, from: state.me, to, subject: text(args, 'subject') },
      ...{ date: '2026-11-28T09:00:00Z', labels: [label], body: text(args, 'body') },
    })
    return id
  }
  const relabel = (id: string, args: Record<string, unknown>) => {
    const one = mailOf(id)
    const gone = strings(args, 'removeLabelIds')
    one.labels = [...new Set([...one.labels.filter((l) => !gone.includes(l)), ...strings(args, 'addLabelIds')])]
  }
  const drop = (ids: readonly string[]) => {
    for (const id of ids) mailOf(id)
    state.messages = state.messages.filter((m) => !ids.includes(m.id))
  }
  return {
    list_email_labels: () =>
      `Found ${state.labels.length} labels:\n\n${state.labels.map((l) => `ID: ${l.id}\nName: ${l.name}\n`).join('\n')}`,
    search_emails: (args) =>
      state.messages
        .filter((m) => matches(m, text(args, 'query')))
        .slice(0, Number(args.maxResults ?? 10))
        .map((m) => `ID: ${m.id}\nSubject: ${m.subject}\nFrom: ${m.from}\nDate: ${m.date}\n`)
        .join('\n') || 'No messages.',
    read_email: (args) => {
      const m = mailOf(text(args, 'messageId'))
      const parts = (m.attachments ?? []).map(
        (a) => `- ${a.filename} (application/pdf, ${Math.round(a.size / 1024)} KB, ID: ${a.id})`,
      )
      const attached = parts.length === 0 ? '' : `\n\nAttachments (${parts.length}):\n${parts.join('\n')}`
      return `Thread ID: ${m.threadId}\nSubject: ${m.subject}\nFrom: ${m.from}\nTo: ${m.to}\nDate: ${m.date}\n\n${m.body}${attached}`
    },
    send_email: (args) => `Email sent successfully with ID: ${keep(args, 'SENT')}`,
    draft_email: (args) => `Email draft created successfully with ID: ${keep(args, 'DRAFT')}`,
    modify_email: (args) => {
      relabel(text(args, 'messageId'), args)
      return `Email ${text(args, 'messageId')} labels updated successfully`
    },
    batch_modify_emails: (args) => {
      for (const id of strings(args, 'messageIds')) relabel(id, args)
      return `Batch label modification complete.\nSuccessfully processed: ${list(args, 'messageIds').length} messages`
    },
    delete_email: (args) => {
      drop([text(args, 'messageId')])
      return `Email ${text(args, 'messageId')} deleted successfully`
    },
    batch_delete_emails: (args) => {
      drop(strings(args, 'messageIds'))
      return `Batch delete operation complete.\nSuccessfully deleted: ${list(args, 'messageIds').length} messages`
    },
    create_label: (args) => {
      const id = `Label_${text(args, 'name').toLowerCase()}`
      state.labels.push({ id, name: text(args, 'name') })
      return `Label created successfully:\nID: ${id}\nName: ${text(args, 'name')}\nType: user`
    },
    create_filter: () => 'Filter created successfully:\nID: ANe1Bmj7',
    download_attachment: (args) => {
      const one = found(mailOf(text(args, 'messageId')).attachments?.[0], 'the attachment')
      const folder = text(args, 'savePath') || '.'
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, one.filename), '%PDF-1.4\n% RE-2026-1187, 4.318,20 EUR\n')
      return `Attachment downloaded successfully:\nFile: ${one.filename}\nSize: ${one.size} bytes\nSaved to: ${join(folder, one.filename)}`
    },
  }
}
