import { isConversation } from '../../identity/index.ts'
import { wordSpans } from '../digests/text.ts'
import { type Form, form, maxFieldWords } from './form.ts'

/** Where the parts of a structured answer go. */
export interface FieldHandler {
  record: number
  form: Form
  put(text: string): void
  prose(text: string): void
}

/** Most levels and values of one answer that are looked at. */
const limits = { depth: 64, values: 20_000 } as const

/** One of these words is a step of a property’s name: `body`, `htmlBody`, `message_body_plain`, `body-html`. */
const named = (words: string) => {
  const pattern = new RegExp(`^(?:.*_)?(?:${words.trim().split(/\s+/).join('|')})(?:_.*)?$`, 'i')
  return {
    test: (name: string): boolean =>
      pattern.test(name.replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-/g, '_')),
  }
}

/** What a message or page says. */
const bodies = 'body content text message html markdown snippet plain'
const body = named(bodies)
/** Properties whose value somebody wrote for people to read. */
const authored =
  named(`${bodies} contents messages description desc comment comments note notes summary excerpt preview bio about readme
  subject title headline caption review reviews feedback answer question reason instructions? details? abstract transcript quote value
  data output stdout stderr log logs result raw source page`)
/** Who is said to have written it, and to whom: as good as the one who wrote it. */
const sender = named('from sender author creator reply_?to')
/** … and who else it is from or about, where a system keeps them apart: whoever is to be answered is one of these. */
const party = named(
  'reporter reporters requester requestor submitter applicant candidate customer assignee participant caller',
)
/** What holds addresses: in it a value is one of them. */
const addresses = named(
  'emails? e?mail_addresses addresses phones? phone_numbers numbers urls? websites? handles? contacts?',
)
/** Where people come together, by the number that the system gave the place. */
const place = /^(?:.*_)?(?:jid|(?:chat|group|room|channel|conversation|space|team)_?id)$/i
/** The thing itself, by its number. */
const plainId = /^id$/i
/** What somebody is reached by. */
const contact =
  /^(?:e?_?mail(?:_?address)?|address|id|login|user_?name|handle|phone(?:_?number)?|account_?id|user_?id)$/i
/** The name of a value beside the one that says of what kind it is. */
const plainValue = /^(?:value|address|data)$/i
const addressed = named('to cc bcc recipients? signature')

/** More than a status: what somebody says. */
const saying = /\S\s+\S/

/** `isAddress`: an address or link beside what somebody wrote. */
function formOf(key: string, isLetter: boolean, isAddress: boolean): Form {
  if ((isLetter || isAddress) && sender.test(key)) return form.sender
  if (isAddress && party.test(key)) return form.sender
  if (isAddress && place.test(key)) return form.system
  return isAddress || authored.test(key) || (isLetter && addressed.test(key)) ? form.layout : form.system
}

/** What the policy says of a field: the system’s own, somebody’s, or nothing. The path is of names; a list is no step of it. */
export type FieldTrust = (path: readonly string[]) => boolean | undefined

/** Who wrote a structured answer. */
export interface Author {
  /** Somebody wrote all of it: what leads somewhere in it is his. */
  isWritten?: boolean
  /** It is a document: all of it is its author’s. */
  isDocument?: boolean
  /** The policy’s word, which counts before these. */
  trust?: FieldTrust | undefined
}

interface Step {
  value: unknown
  /** From the top; kept only where the policy says something. */
  path: readonly string[]
  /** What the policy says of it, or of what it is in. */
  trusted: boolean | undefined
  key: string
  depth: number
  /** The record of a listing that it belongs to; 0 outside of any. */
  record: number
  /** Within a record that carries somebody’s text. */
  isLetter: boolean
  /** That text is more than a word. */
  says: boolean
}

/**
 * Walks an answer that is structured as a whole. Its fields are the system’s own, but for what people write: the texts, and
 * in a record that carries a text also who is said to have sent it and to whom. Iterative and bounded; answers whether a
 * bound cut it.
 */
export function walk(
  root: object,
  into: FieldHandler,
  { isWritten = false, isDocument = false, trust }: Author = {},
): boolean {
  const stack: Step[] = [
    { value: root, path: [], trusted: trust?.([]), key: '', depth: 0, record: 0, isLetter: false, says: false },
  ]
  const at: number[] = []
  let values = 0
  let records = 0
  let cut = false
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { value, path, trusted, key, depth, record, isLetter, says } = step
    const byRule = trusted === undefined ? (isDocument ? form.layout : undefined) : trusted ? form.system : form.layout
    into.record = record
    if (typeof value === 'string' || typeof value === 'number') {
      if (++values > limits.values) return true
      const text = String(value)
      // Several lines are a text, however short.
      if (wordSpans(text.toLowerCase(), at).length > maxFieldWords * 2 || /\n\s*\S/.test(text)) {
        for (const part of text.split(/\n\s*\n/)) into.prose(part)
        continue
      }
      // What a service calls a conversation by is spelt like an address, and is none.
      const isAddress = (isWritten || says) && /[@:/]/.test(text) && !(plainId.test(key) && isConversation(text))
      into.form = byRule ?? formOf(key, isLetter, isAddress)
      into.put(text)
      continue
    }
    if (typeof value !== 'object' || value === null) continue
    if (depth >= limits.depth) {
      cut = true
      continue
    }
    const entries: [string, unknown][] = Array.isArray(value)
      ? value.map((each): [string, unknown] => [key, each])
      : Object.entries(value)
    const isLetterNow = isLetter || entries.some(([name, each]) => typeof each === 'string' && body.test(name))
    const saysNow =
      says || entries.some(([name, each]) => typeof each === 'string' && body.test(name) && saying.test(each))
    // The entries of the outermost list, or of a table of objects, are records of their own.
    const isListing =
      record === 0 && (Array.isArray(value) || entries.every(([, each]) => typeof each === 'object' && each !== null))
    for (let i = entries.length - 1; i >= 0; i--) {
      const [name, each] = entries[i] as [string, unknown]
      const own = isListing ? records + i + 1 : record
      const here = trust === undefined || Array.isArray(value) ? path : [...path, name]
      stack.push({
        value: each,
        path: here,
        trusted: (here === path ? undefined : trust?.(here)) ?? trusted,
        key:
          sender.test(key) || (party.test(key) && contact.test(name)) || (addresses.test(key) && plainValue.test(name))
            ? key
            : name,
        depth: depth + 1,
        record: own,
        isLetter: isLetterNow,
        says: saysNow,
      })
      if (Array.isArray(value)) continue
      into.record = own
      into.form = byRule ?? form.system
      into.put(name)
    }
    if (isListing) records += entries.length
  }
  into.record = records
  return cut
}
