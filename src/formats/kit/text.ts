import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { digest } from '../../model/digest.ts'

declare global {
  // ES2024, in every Node we run on; the core is compiled against ES2023.
  interface String {
    isWellFormed(): boolean
    toWellFormed(): string
  }
}

const lineType = /^(?:application|text)\/(?:x-)?(?:ndjson|jsonl)\b/i

/** Whether a media type is that of one record per line. */
export const isLines = (contentType: string | undefined): boolean =>
  contentType !== undefined && lineType.test(contentType)

/** The whole SHA-256 as lower-case hex. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** Bytes the text takes as UTF-8; a lone surrogate counts as the U+FFFD it becomes. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    bytes += unit < 0x800 ? 1 : 2
    // A pair is four bytes for its two units.
    if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      at++
    }
  }
  return bytes
}

/** Whether the text is over so many bytes, looking at its characters only when its length leaves a doubt. */
export const isOver = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && utf8Length(text) > bytes)

/** The first characters, well formed. */
export function head(text: string, chars: number): string {
  if (text.length <= chars) return text.toWellFormed()
  const cutsPair = (text.charCodeAt(chars - 1) & 0xfc00) === 0xd800
  return text.slice(0, cutsPair ? chars - 1 : chars).toWellFormed()
}

/**
 * Fits a foreign text into a field of the model. Too long a value is shortened and ends with a digest of the whole, so
 * that two long values stay two: an agent must not get out of sight by touching a resource with a long name.
 */
export const clip = (text: string, chars = 512): string =>
  text.length <= chars ? text.toWellFormed() : `${head(text, chars - 33)}~${digest(text)}`

/** A value as people may see it in a reason: its type and its first characters. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `the text ${JSON.stringify(head(value, 40))}${value.length > 40 ? '…' : ''}`
  return `the ${typeof value} ${String(value)}`
}
