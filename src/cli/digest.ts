import { RescindError } from '../errors.ts'
import { identitiesIn } from '../guard/identity/index.ts'
import { digestOf, tokensOf } from '../guard/provenance/digests/text.ts'
import { type Output, plain, table } from './output.ts'

/** A destination of a scope, policy or approval: its digest, or what it is the digest of. */
export function destinationOf(text: string): string {
  if (/^[0-9a-f]{32}$/.test(text)) return text
  if (text.trim() === '')
    throw new RescindError('CONFIG_INVALID', 'A destination is empty. Give an address, a link, an account or the like.')
  // Beside the name of its owner it is the address that counts, as in an act.
  const [identity, ...others] = tokensOf(text).length > 1 ? identitiesIn(text) : []
  return digestOf(identity === undefined || others.length > 0 ? text : identity.canonical)
}

/** `rescind digest`: what stands for a value where only digests are kept. */
export function digest(values: readonly string[], out: Output): void {
  const digests = values.map((value) => ({ value, digest: destinationOf(value) }))
  out.answer({ digests }, () =>
    table(
      ['DIGEST', 'VALUE'],
      digests.map((each) => [each.digest, plain(each.value)]),
    ),
  )
}
