import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** 32 hex digits of the SHA-256 over the parts, separated so that no two lists of parts collide. */
export const digest = (...parts: readonly (string | number)[]): string =>
  bytesToHex(sha256(utf8ToBytes(parts.map((p) => separate(String(p))).join('')))).slice(0, 32)

/** Halves of surrogate pairs have no UTF-8; as JSON they differ. */
const separate = (part: string): string =>
  part.isWellFormed() ? `${part.length}:${part}` : `~${separate(JSON.stringify(part))}`
