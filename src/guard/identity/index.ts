import { hostOf, idKind, tokensOf } from '../provenance/text.ts'

export interface Identity {
  kind: string
  canonical: string
  host?: string
  site?: string
  owner?: string
  rest?: string
}
function one(token: string): Identity | undefined {
  const id = idKind(token)
  if (id === 'email')
    return {
      kind: 'mailbox',
      canonical: token,
      host: token.slice(token.lastIndexOf('@') + 1),
      site: token.slice(token.lastIndexOf('@') + 1),
    }
  if (id === 'url') {
    const host = hostOf(token)
    return {
      kind: 'url',
      canonical: token,
      host,
      site: host.split('.').slice(-2).join('.'),
      rest: token.slice(host.length),
    }
  }
  if (id === 'account' && token.length > 9) return { kind: 'account', canonical: token.toUpperCase() }
  return undefined
}
export function identitiesIn(text: string): Identity[] {
  return tokensOf(text).flatMap((t) => one(t) ?? [])
}
export function identitiesOf(value: string, _hint?: string): Identity[] {
  const tokens = tokensOf(value)
  if (tokens.length > 4) return []
  return tokens.flatMap((t) => one(t) ?? [])
}
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase()
export const decodings = (_text: string): string[] => []
export const secretsIn = (_text: string): { kind: string; value: string }[] => []
export const partsOfSecret = (value: string): string[] => [value]
