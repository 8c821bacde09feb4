import { wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Memory } from '../memory.ts'
import { isNameOf } from '../reading/made.ts'
import { isAim } from '../values/aims.ts'
import type { CallInHand } from '../values/in-hand.ts'
import { isCalledSo, isHinted, type Value } from '../values/values.ts'
import { isHandedOver } from './proof.ts'

/** A number of a thing, and not one of a few of each kind. */
const number = /^\d{3,}$/

/**
 * An act in shared space is done to a thing that only a sentence names: its id, key or name stands in no field, list or table, in no request,
 * and the request leaves it to nobody. What is made is new, a page is clicked as it shows itself; labels, branches and the like are no things
 * that the act is done to. A number counts where the request names things by theirs.
 */
export function isLedAstray(memory: Memory, { act, call, selectors, isFullyAsked }: CallInHand): boolean {
  if (act.sink !== 'shared' || call.request === '' || act.makes === true || act.opens === true) return false
  const words = wordsOf(call.tool)
  const { numbers } = memory.request
  return selectors.some(
    (v) =>
      v.stand === 'prose' &&
      !v.found.listed &&
      !v.found.tainted &&
      !v.isKnown &&
      !v.isPath &&
      isNameOf(v.part.name, words) &&
      (v.isPlain ? numbers && number.test(v.normal) : isAim(v) && (numbers || !isFullyAsked)) &&
      !isSpokenOf(memory, v) &&
      !isHandedOver(memory, v, act.sink),
  )
}

const isSpokenOf = (memory: Memory, v: Value): boolean =>
  memory.isMade(v.normal) || isCalledSo(memory, v) || isHinted(memory, v)
