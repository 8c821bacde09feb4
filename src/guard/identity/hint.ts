import type { IdentityKind } from './types.ts'

/**
 * What the name of an argument, or the kind that a part was given, says of its value. Words of English and of the field only: a hint
 * settles what the value's own shape leaves open, never more.
 */
const words: Readonly<Record<IdentityKind, string>> = {
  mailbox: `mail email emails mails to cc bcc recipient recipients addressee attendee attendees participant participants invitee
    invitees guest guests mailbox sender from`,
  url: 'url urls uri uris link links href endpoint webhook callback redirect website page site',
  host: 'host hosts hostname domain domains server',
  ip: 'ip ips ipaddress ipv4 ipv6',
  phone: 'phone phones tel telephone mobile sms whatsapp msisdn',
  iban: 'iban bic',
  account: 'account accounts acct wallet payee beneficiary recipient receiver creditor',
  path: `path paths file files filename filepath filenames folder folders dir dirs directory directories cwd`,
  repository: 'repo repos repository repositories remote',
  channel: 'channel channels room conversation',
  handle: 'handle user users username member members mention assignee assignees person people login owner nick',
}

const kinds: readonly IdentityKind[] = [
  'mailbox',
  'url',
  'host',
  'ip',
  'phone',
  'iban',
  'account',
  'path',
  'repository',
  'channel',
  'handle',
]
const kindsOf = new Map<string, IdentityKind[]>()
for (const kind of kinds)
  for (const word of words[kind].split(/\s+/)) kindsOf.set(word, [...(kindsOf.get(word) ?? []), kind])

export function hinted(hint: string | undefined): ReadonlySet<IdentityKind> {
  const found = new Set<IdentityKind>()
  if (hint === undefined) return found
  const split = hint.slice(0, 200).replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  for (const word of split.toLowerCase().split(/[^a-z0-9]+/))
    for (const kind of kindsOf.get(word) ?? []) found.add(kind)
  return found
}
