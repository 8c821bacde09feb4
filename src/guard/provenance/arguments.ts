import { hash } from 'node:crypto'
import { canonical } from '../../formats/canonical.ts'
import { fileName, hostOf, type IdKind, isPlainNumber, tokensOf } from './text.ts'

/** Bounds of what is looked at in one call’s arguments; what is beyond goes into the digest only. */
export const argumentLimits = { depth: 32, leaves: 256, characters: 32_768 } as const

/** One scalar of the arguments. */
export interface Leaf {
  name: string
  tokens: string[]
  /** Length of its text. */
  size: number
  number: boolean
  /** As the arguments wrote it, for the one call in hand only. */
  text: string
}

export interface Arguments {
  digest: string
  bytes: number
  leaves: Leaf[]
  /** The largest array of scalars. */
  longest: number
}

/** Takes arguments apart. Arguments deeper than the limit have the digest of their outline down to it. */
export function readArguments(args: unknown): Arguments {
  const leaves: Leaf[] = []
  let characters = 0
  let longest = 0
  let deep = false
  const add = (name: string, value: string | number) => {
    const text = String(value)
    if (text === '' || leaves.length >= argumentLimits.leaves || characters >= argumentLimits.characters) return
    const part = text.slice(0, argumentLimits.characters - characters)
    characters += part.length
    // Addresses in a row are as many values as there are addresses.
    const pieces = /^\s*[^\s@,;]+@[^\s@,;]+(?:\s*[,;]\s*[^\s@,;]+@[^\s@,;]+)+\s*$/.test(part)
      ? part.split(/[,;]/)
      : [part]
    for (const piece of pieces) {
      const tokens = tokensOf(piece)
      if (tokens.length === 0) continue
      leaves.push({ name, tokens, size: piece.length, number: typeof value !== 'string', text: piece })
    }
  }
  const walk = (value: unknown, name: string, depth: number): void => {
    if (typeof value === 'string' || typeof value === 'number') add(name, value)
    if (typeof value !== 'object' || value === null) return
    if (depth >= argumentLimits.depth) {
      deep = true
      return
    }
    if (Array.isArray(value)) {
      let scalars = 0
      for (const each of value) {
        if (typeof each !== 'object' || each === null) scalars++
        walk(each, name, depth + 1)
      }
      longest = Math.max(longest, scalars)
    } else for (const [key, each] of Object.entries(value)) walk(each, key, depth + 1)
  }
  walk(args, '', 0)
  const text = canonical(deep ? outline(args, 0) : (args ?? {}))
  return { digest: hash('sha256', text), bytes: Buffer.byteLength(text), leaves, longest }
}

function outline(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= argumentLimits.depth) return '…'
  if (Array.isArray(value)) return value.map((each) => outline(each, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, outline(each, depth + 1)]))
}

export type DestinationKind = 'email' | 'url' | 'domain' | 'account' | 'path' | 'channel' | 'phone' | 'user'

const accountName = /iban|account(?!_?info|_?path)|wallet|beneficiary/i
const channelName = /channel|chat_?id|room_?id|webhook/i
const userName =
  /recipient|receiver|(?:^|_)(?:to|cc|bcc|user|user_?name|owner|owner_?username|assignee|invitee|member|attendee|participant|collaborator|reviewer|grantee)s?$/i
const phoneName = /phone|mobile|msisdn|whats_?app/i
const pathName = /path|dir|file|folder/i
const iban = /^[a-z]{2}\d{2}[a-z0-9]{8,30}$/

/** A local path or file name: where it came from says little, and it leads nowhere outside. */
export const isPath = ({ name, tokens, text }: Leaf, id: IdKind | undefined): boolean =>
  id !== 'url' && id !== 'email'
    ? pathName.test(name) || fileName.test(tokens.join(' ')) || (id === 'path' && /^\s*[./~]/.test(text))
    : false

/** What kind of destination a value is, by its shape and else by the name of its argument. */
export function destinationKind(leaf: Leaf, id: IdKind | undefined, acting: boolean): DestinationKind | undefined {
  const { name, tokens, text } = leaf
  const [first = ''] = tokens
  if (id === 'email') return 'email'
  if (id === 'url') return hostOf(first) === first && !/^\s*https?:/i.test(text) ? 'domain' : 'url'
  // Where a value is only looked up, a name or number leads nowhere.
  if (!acting || tokens.length > 6) return undefined
  const joined = tokens.join('')
  if (iban.test(joined) && (accountName.test(name) || userName.test(name) || tokens.length === 1)) return 'account'
  if (accountName.test(name)) return /\d/.test(joined) ? 'account' : 'user'
  if (channelName.test(name)) return 'channel'
  if (phoneName.test(name) || (userName.test(name) && /^\s*\+?[\d ()/-]{7,20}\s*$/.test(text))) return 'phone'
  if (userName.test(name) && !isPlainNumber(joined)) return 'user'
  return isPath(leaf, id) ? 'path' : undefined
}

/** Whether the arguments name a resource at all. */
export const namesResource = ({ name }: Leaf, id: IdKind | undefined): boolean =>
  id !== undefined || /(?:^|_)(?:id|key|name|path|file|url|uri|resource|repo|table|bucket|index|query)s?$/i.test(name)
