import { credentialsIn, shortened, withoutSecrets } from '../../identity/index.ts'
import type { Value } from './values.ts'

/** Most characters of it. */
const longest = 120

/**
 * A destination as the person who is asked about it may read it: an address as it would be reached, a link without its user, query
 * and fragment, for what was read may travel in them; credentials are taken out. Hostile text.
 */
export function shownOf({ identity, part }: Value): string {
  const url = /^\w+:\/\/\S+$/.test(part.text) && URL.canParse(part.text) ? new URL(part.text) : undefined
  const text = url === undefined ? (identity?.canonical ?? part.text) : `${url.protocol}//${url.host}${url.pathname}`
  return shortened(withoutSecrets(text, credentialsIn(text)), longest)
}
