import { isHeld } from '../../detect/acts.ts'
import { secretsIn, shortened, withoutSecrets } from '../identity/index.ts'
import type { Check } from './types.ts'

const limits = { all: 1000, text: 200, looked: 20_000, items: 20 } as const

/**
 * What a person who is asked about a held act may read goes with its event: where it leads, and its arguments, shortened and without
 * secrets; none where it carries a secret or restricted data that was read (`isPrivate`). Of an act that goes ahead nobody reads where it leads.
 */
export function showHeld({ event, wouldBe }: Check, args: unknown, isPrivate: () => boolean): void {
  if (!isHeld(event) && wouldBe === undefined) {
    for (const destination of event.destinations ?? []) delete destination.display
    return
  }
  if (event.provenance?.flow === undefined && !isPrivate())
    event.arguments = { ...event.arguments, shown: shortened(JSON.stringify(args, shorter) ?? '', limits.all) }
}

function shorter(name: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > limits.items)
    return [...value.slice(0, limits.items), `… ${value.length - limits.items} more`]
  if (typeof value !== 'string') return value
  const looked = value.slice(0, limits.looked)
  // Some are told by their name alone.
  const text = withoutSecrets(looked, secretsIn(`${name}: ${looked}`))
  return text.length > limits.text ? `${text.slice(0, limits.text)}… (${value.length} characters)` : text
}
