import type { AgentEvent, Destination, FirstSeen, Provenance } from '../../../model/event.ts'
import { digestOfNormal, tokensOf } from '../digests/text.ts'
import { maxFieldWords } from '../reading/form.ts'
import { shownOf } from './shown.ts'
import { isRead, isWritten, type Value } from './values.ts'

/** Bounds of what one event carries. */
const maxDestinations = 64
const maxDigests = 32

/** What a clean task may teach its cohort: values that could ever be held to be untrusted. */
export function lessons(values: readonly Value[], provenance: Provenance): void {
  const found = { read: new Set<string>(), prose: new Set<string>(), used: new Set<string>() }
  for (const { stand, normal, tokens, isPlain, isPath } of values) {
    const into = isWritten(stand) ? found.prose : isRead(stand) ? found.read : found.used
    if (!isPlain && !isPath && tokens.length <= maxFieldWords && into.size < maxDigests)
      into.add(digestOfNormal(normal))
  }
  for (const kind of ['read', 'prose', 'used'] as const) if (found[kind].size > 0) provenance[kind] = [...found[kind]]
}

export function destinationsOf(values: readonly Value[], domains: readonly string[]): Destination[] {
  const destinations = new Map<string, Destination>()
  for (const value of values) {
    if (!value.leads || destinations.size >= maxDestinations) continue
    const isPlainly = value.tokens.length === 1 || value.identity === undefined
    const hash =
      value.knownAs ?? digestOfNormal(isPlainly ? value.normal : tokensOf(value.identity?.canonical ?? '').join(' '))
    if (destinations.has(hash)) continue
    const destination: Destination = { hash, seen: seenOf(value) }
    if (value.stand !== 'request') destination.display = shownOf(value)
    const kind = kindOf(value)
    if (kind !== undefined) destination.kind = kind
    const boundary = boundaryOf(value, domains)
    if (boundary !== undefined) destination.boundary = boundary
    destinations.set(hash, destination)
  }
  return [...destinations.values()]
}

const kindNames: Readonly<Record<string, string>> = {
  mailbox: 'email',
  host: 'domain',
  iban: 'account',
  handle: 'user',
  person: 'user',
}
function kindOf({ identity, part }: Value): string | undefined {
  const kind = identity?.kind ?? part.kind
  return kind === undefined ? undefined : (kindNames[kind] ?? kind)
}

function seenOf({ stand, found: { source } }: Value): FirstSeen {
  if (stand === 'request') return { in: 'request' }
  if (stand === 'none') return { in: 'unknown' }
  const seen: FirstSeen = { in: 'tool-output', form: isWritten(stand) ? 'prose' : 'field' }
  if (source !== undefined && source !== '') seen.call = source.slice(0, 512)
  return seen
}

/** Known where the value names a domain and the deployment named its own. */
function boundaryOf(
  { identity }: Value,
  domains: readonly string[],
): NonNullable<AgentEvent['destinations']>[number]['boundary'] {
  const domain = identity?.host
  if (domain === undefined || domains.length === 0) return undefined
  return domains.some((own) => domain === own || domain.endsWith(`.${own}`)) ? 'internal' : 'external'
}

/** Share of the argument text that was first seen in what was read. */
export function shareRead(values: readonly Value[]): number {
  let all = 0
  let read = 0
  for (const { part, stand } of values) {
    all += part.text.length
    if (isRead(stand)) read += part.text.length
  }
  return all === 0 ? 0 : Math.round((read / all) * 1000) / 1000
}
