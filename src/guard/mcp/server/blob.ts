/** Base64 characters of one blob that are decoded. */
const maxEncoded = 4 * 2 ** 20
const strict = new TextDecoder('utf-8', { fatal: true })

/**
 * The text in a base64 blob, whatever its media type says: a client shows by what it is. Undefined when it is no base64, or
 * its bytes are no text. `cut`: there is more of it.
 */
export function blobText(encoded: string): { text: string; cut: boolean } | undefined {
  if (!/^[\w+/-]/.test(encoded)) return undefined
  // A look at the beginning spares the decoding of pictures.
  if (decode(encoded.slice(0, 256)) === undefined) return undefined
  const cut = encoded.length > maxEncoded
  const text = decode(cut ? encoded.slice(0, maxEncoded) : encoded)
  return text === undefined ? undefined : { text, cut }
}

function decode(encoded: string): string | undefined {
  if (/[^\w+/=\s-]/.test(encoded)) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length === 0) return undefined
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  // A piece may end within a character.
  for (let end = bytes.length; end > bytes.length - 4 && end > 0; end--)
    try {
      const text = strict.decode(bytes.subarray(0, end))
      return isPrintable(text) ? text : undefined
    } catch {
      // one byte less
    }
  return undefined
}

/** Text has next to no control characters besides line ends and tabs. */
function isPrintable(text: string): boolean {
  let strange = 0
  const looked = Math.min(text.length, 4096)
  for (let i = 0; i < looked; i++) {
    const c = text.charCodeAt(i)
    if (c === 0 || (c < 32 && c !== 9 && c !== 10 && c !== 13)) strange++
  }
  return strange * 50 <= looked
}
