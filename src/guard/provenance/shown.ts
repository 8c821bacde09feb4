import { credentialsIn } from '../identity/index.ts'
import type { Value } from './judge.ts'

/** Most characters of it. */
const longest = 120

/**
 * A destination as the person who is asked about it may read it: an address as it would be reached, a link without its user, query
 * and fragment, for what was read may travel in them; credentials are taken out. Hostile text.
 */
export function shownOf({ identity, part }: Value): string {
  const url = /^\w+:\/\/\S+$/.test(part.text) && URL.canParse(part.text) ? new URL(part.text) : undefined
  let text = url === undefined ? (identity?.canonical ?? part.text) : `${url.protocol}//${url.host}${url.pathname}`
  for (const { value } of credentialsIn(text)) text = text.replaceAll(value, '…')
  return shortened(text, longest)
}

const shortened = (text: string, most: number): string => {
  const shown = text.slice(0, most + 1).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD')
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown
}
