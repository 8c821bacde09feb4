import { isDigit, isWordCode } from './characters.ts'
import { pathOf } from './names.ts'
import { accountOf, ibanLength, ibanOf, phoneOf } from './numbers.ts'
import type { Sink } from './scan-mail.ts'

const ibanStart = /(?<![a-z0-9])[a-z]{2}\d{2}(?=[ -]?[a-z0-9])/gi
const abroad = /(?<![\w+])\+ ?\(?\d[\d ()./-]{6,24}/g
const american = /(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])/g
const wallets = /(?<![\w/])(?:0x[0-9a-f]{40}|(?:bc|tb|ltc)1[02-9ac-hj-np-z]{20,80})(?!\w)/gi
/** What says that a number is an account's, in a few languages of trade. */
const said =
  /(?:acc(?:oun)?t|konto|cuenta|compte|cont[oa]|rekening|счет|счёт|账号|账户|口座)[^\d\n]{0,24}(\d[\d -]{4,24}\d)/gi

/** IBANs, what has their shape, wallets, and numbers that the text calls an account. */
export function scanAccounts(text: string, sink: Sink): void {
  for (const { index } of text.matchAll(ibanStart)) {
    const bare = takeAlphanumeric(text, index, 34)
    const length = ibanLength(bare.slice(0, 2))
    const iban = length === undefined ? undefined : ibanOf(bare.slice(0, length))
    // Without check digits only what is written in one piece counts.
    const piece =
      iban === undefined ? /^[A-Za-z]{2}\d{2}[A-Z0-9]{10,30}(?!\w)/.exec(text.slice(index, index + 40))?.[0] : undefined
    const found = iban ?? (piece === undefined ? undefined : accountOf(piece))
    if (found !== undefined) sink(index, found)
  }
  for (const { index, 0: raw } of text.matchAll(wallets)) {
    const found = accountOf(raw)
    if (found !== undefined) sink(index, found)
  }
  for (const { index, 1: raw = '' } of text.matchAll(said)) {
    const found = accountOf(raw, true)
    if (found !== undefined) sink(index, found)
  }
}

function takeAlphanumeric(text: string, from: number, most: number): string {
  let bare = ''
  for (let i = from; i < text.length && bare.length < most; i++) {
    const code = text.charCodeAt(i)
    if (code < 128 && code !== 95 && isWordCode(code)) bare += text[i]
    else if (code !== 32 && code !== 45 && code !== 0xa0) break
  }
  return bare
}

/** Telephone numbers that are written as such: with a plus sign, or in the form of North America. */
export function scanPhones(text: string, sink: Sink): void {
  if (text.includes('+'))
    for (const { index, 0: raw } of text.matchAll(abroad)) {
      const found = phoneOf(raw.replace('+ ', '+').replace(/\D+$/, ''))
      if (found !== undefined) sink(index, found)
    }
  for (const { index, 0: raw } of text.matchAll(american)) {
    const found = phoneOf(raw)
    if (found !== undefined) sink(index, found)
  }
}

const longestPath = 400

/** Paths with a root: `/etc/x`, `~/x`, `C:\x`, `\\server\x`, `file:///x`. */
export function scanPaths(text: string, sink: Sink): void {
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
    const before = text[at - 1]
    const home = before === '~' && isRootBefore(text[at - 2])
    const code = text.charCodeAt(at + 1)
    const starts = isWordCode(code) || (text[at + 1] === '.' && isWordCode(text.charCodeAt(at + 2)))
    const end = pathEnd(text, at)
    if (starts && (home || isRootBefore(before))) tell(text, home ? at - 1 : at, end, sink)
    at = Math.max(at, end - 1)
  }
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 1)) {
    const isDrive = text[at - 1] === ':' && /[a-z]/i.test(text[at - 2] ?? '') && isRootBefore(text[at - 3])
    const isShare = text[at + 1] === '\\' && isRootBefore(text[at - 1]) && /[a-z0-9]/i.test(text[at + 2] ?? '')
    const end = pathEnd(text, at)
    if (isDrive) tell(text, at - 2, end, sink)
    else if (isShare) tell(text, at, end, sink)
    at = Math.max(at, end - 1)
  }
}

function tell(text: string, from: number, end: number, sink: Sink): void {
  const raw = text.slice(from, end).replace(/[.,;:!?'"*_)\]]+$/, '')
  const found = raw.length < 3 ? undefined : pathOf(raw)
  if (found !== undefined) sink(from, found)
}

const isRootBefore = (c: string | undefined): boolean => c === undefined || /[\s"'`(=:,[{|]/.test(c)

function pathEnd(text: string, from: number): number {
  let end = from
  while (end - from < longestPath && isPathCode(text.charCodeAt(end))) end++
  return end
}
const isPathCode = (code: number): boolean =>
  isWordCode(code) ||
  isDigit(code) ||
  code === 47 ||
  code === 92 ||
  code === 46 ||
  code === 45 ||
  code === 43 ||
  code === 64 ||
  code === 126
