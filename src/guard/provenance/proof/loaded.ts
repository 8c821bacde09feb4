import { type Identity, identitiesIn } from '../../identity/index.ts'
import { isSought, keysOf } from '../digests/keys.ts'
import { digestOfNormal } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { findIdentity, isAskedIdentity } from '../values/lookup.ts'
import { standOf } from '../values/sightings.ts'
import type { Value } from '../values/values.ts'

/** Bound of one look. */
const maxLinks = 64
/** Pictures of a text, in Markdown and HTML: they are fetched when somebody looks at it. */
const picture = /!\[[^\]]{0,500}\]\(\s*<?([^)\s>]{1,2000})|<img\b[^>]{0,500}?\bsrc\s*=\s*["']?([^"'\s>]{1,2000})/gi
/** A cell that is worked out: a call of a function. */
const formula = /^\s*[=+@-]\s*[A-Za-z_.]{2,}\s*\(/
/** It works with other cells, or puts texts together. */
const takesCells = /\$?[A-Za-z]{1,3}\$?\d{1,7}\b(?!["'])|&|\bconcat/i

/**
 * A text that leaves own space has whoever looks at it fetch something that only text of others supplied: a picture with something
 * added to its link, or a formula that sends cells to one.
 */
export function loadsElsewhere(
  memory: Memory,
  values: readonly Value[],
  known: ((digest: string) => boolean) | undefined,
): boolean {
  let looked = 0
  const isTheirs = (identity: Identity, isAnyway: boolean): boolean => {
    if (++looked > maxLinks || !isSought(identity) || identity.host === undefined) return false
    if (isAskedIdentity(memory, identity) || known?.(digestOfNormal(identity.canonical)) === true) return false
    const found = findIdentity(memory, identity)
    const stand = standOf(found)
    if (stand === 'system' || memory.said.has(keysOf(identity, memory.seed).space)) return false
    if (stand === 'none') return memory.isSpoken
    return isAnyway || found.spoken || !found.exact
  }
  return values.some(({ part, stand }) => {
    if (part.role !== 'payload' || stand === 'request' || stand === 'system') return false
    const { text } = part
    if (formula.test(text)) {
      const [inside = ''] = /\(.*/s.exec(text) ?? []
      return identitiesIn(text).some((each) => isTheirs(each, takesCells.test(inside.replace(/https?:[^"'\s]*/g, ''))))
    }
    for (const [, markdown, html] of text.matchAll(picture))
      if (identitiesIn(markdown ?? html ?? '').some((each) => isTheirs(each, false))) return true
    return false
  })
}
