import type { AnyDetector, Kit, Revocation } from '../detect/define.ts'
import type { AgentEvent } from '../model/event.ts'
import { type Looked, looked, type Verdict } from '../model/verdict.ts'

/** What a failed detector’s state under a key is from then on: it is not asked there again, and the rest go on. */
export const benched = 'benched'

/** A detector’s state that is larger than this goes where a key’s state has outgrown what is kept, characters of its JSON. */
const largestOwn = 64 * 1024

/** Where detectors keep their states under a key, by id; null until one has any. */
export interface Holder {
  detectors: Record<string, unknown> | null
}

/** What became of a detector that failed: to be told as a finding without weight. */
export interface Fault extends Verdict {
  fault: true
}

/** What of a detector is called, with its own state as far as there is one. Each is called through `guarded`. */
type Part<First, Second, Answer> = (
  detector: AnyDetector,
  own: unknown,
  holder: Holder,
  first: First,
  second: Second,
) => Answer

export const step: Part<AgentEvent, Kit<unknown>, Verdict | Looked | null> = (detector, own, holder, event, kit) => {
  const answer: unknown = detector.step(own ?? made(detector, holder), event, kit as Kit<never>)
  if (answer === looked) return looked
  return answer === null || answer === undefined ? null : checked(answer as Verdict)
}

export const wants: Part<AgentEvent, Kit<unknown>, boolean> = (detector, _own, _holder, event, kit) =>
  detector.wants === undefined || detector.wants(event, kit)

export const revoked: Part<Revocation, undefined, void> = (detector, own, holder, revocation) =>
  detector.revoked?.(own ?? made(detector, holder), revocation)

/** Takes back what `step` counted; where there is no state, it counted nothing. */
export const held: Part<AgentEvent, undefined, void> = (detector, own, _holder, event) => {
  if (own !== undefined) detector.held?.(own, event)
}

/**
 * Calls a part of a detector, wherever one is called: one that throws, or answers what is no verdict, is benched under this key
 * and answers its fault, once. `null`: it is benched, or did not look.
 */
export function guarded<First, Second, Answer>(
  part: Part<First, Second, Answer>,
  detector: AnyDetector,
  holder: Holder,
  first: First,
  second: Second,
): Answer | Fault | null {
  const own = holder.detectors?.[detector.id]
  if (own === benched) return null
  try {
    return part(detector, own, holder, first, second)
  } catch (error) {
    return bench(detector, holder, error)
  }
}

function bench(detector: AnyDetector, holder: Holder, error: unknown): Fault {
  keep(holder, detector.id, benched)
  const what = error instanceof Error ? error.message : String(error)
  const because = `detector ${detector.id} v${detector.version} failed and is benched here: ${what}`
  return { bits: 0, because, fault: true }
}

/** Benches those whose state is too large to be kept. */
export function benchLarge({ detectors }: Holder): void {
  for (const [id, own] of Object.entries(detectors ?? {}))
    if (detectors !== null && sizeOf(own) > largestOwn) detectors[id] = benched
}

function sizeOf(own: unknown): number {
  try {
    return JSON.stringify(own)?.length ?? 0
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

export const isFault = (answer: unknown): answer is Fault =>
  typeof answer === 'object' && answer !== null && 'fault' in answer

/** A state as it begins, kept unless it is none. */
function made(detector: AnyDetector, holder: Holder): unknown {
  const own: unknown = detector.state()
  if (own !== null) keep(holder, detector.id, own)
  return own
}

function keep(holder: Holder, id: string, own: unknown): void {
  holder.detectors ??= {}
  holder.detectors[id] = own
}

/** Detectors of others may be plain JavaScript: what is done with a verdict must not throw later. */
function checked(verdict: Verdict): Verdict {
  const { bits, because, evidence } = verdict
  if (!Number.isFinite(bits) || typeof because !== 'string' || (evidence !== undefined && !Array.isArray(evidence)))
    throw new Error(`its answer is no verdict: ${JSON.stringify({ bits, because, evidence })}`)
  return verdict
}
