import { digestOf } from '../guard/provenance/text.ts'
import { type Output, plain, table } from './output.ts'

/** A destination of a scope, policy or approval: its digest, or what it is the digest of. */
export const destinationOf = (text: string): string => (/^[0-9a-f]{32}$/.test(text) ? text : digestOf(text))

/** `rescind digest`: what stands for a value where only digests are kept. */
export function digest(values: readonly string[], out: Output): void {
  const digests = values.map((value) => ({ value, digest: digestOf(value) }))
  out.answer({ digests }, () =>
    table(
      ['DIGEST', 'VALUE'],
      digests.map((each) => [each.digest, plain(each.value)]),
    ),
  )
}
