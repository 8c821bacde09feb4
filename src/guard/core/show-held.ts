import { isHeld } from '../../detect/acts.ts'
import { secretsIn } from '../identity/index.ts'
import type { Decision } from './types.ts'

const limits = { all: 1000, text: 200, looked: 20_000, items: 20 } as const

/**
 * What a person who is asked about a held act may read goes with its event: where it leads, and its arguments, shortened and without
 * secrets; none where it carries restricted data that was read. Of an act that goes ahead nobody reads where it leads.
 */
export function showHeld({ event, wouldBe }: Decision, args: unknown): void {
  if (!isHeld(event) && wouldBe === undefined) {
    for (const destination of event.destinations ?? []) delete destination.display
    return
  }
  if (event.provenance?.flow === undefined) event.arguments = { ...event.arguments, shown: shownArguments(args) }
}

function shownArguments(args: unknown): string {
  const text = JSON.stringify(args, shorter) ?? ''
  const shown = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD')
  return shown.length > limits.all ? `${shown.slice(0, limits.all - 1)}…` : shown
}

function shorter(name: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > limits.items)
    return [...value.slice(0, limits.items), `… ${value.length - limits.items} more`]
  if (typeof value !== 'string') return value
  let text = value.slice(0, limits.looked)
  // Some are told by their name alone.
  for (const secret of secretsIn(`${name}: ${text}`)) text = text.replaceAll(secret.value, '…')
  return text.length > limits.text ? `${text.slice(0, limits.text)}… (${value.length} characters)` : text
}
