import { type Effect, gravest } from '../../../formats/kit/tool-name/effect.ts'
import { wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { type DescriptionReading, isGrave } from './description.ts'
import type { DeclaredProperty } from './schema.ts'

/** Words by which a flag says that something is not done. */
const negative = /^(?:no|not|skip|without|keep|disable|dont|prevent|avoid|except|ignore|dry)$/

/**
 * What a description says that a call may do instead, and a flag of its own decides: “write, update, or clear values” beside
 * `clear_values`. By the pattern of the flag. One that is set where a call says nothing decides nothing.
 */
export function optionsOf(
  described: DescriptionReading | undefined,
  properties: readonly DeclaredProperty[],
): ReadonlyMap<string, Effect> {
  const options = new Map<string, Effect>()
  for (const effect of described?.effects ?? [])
    for (const { pattern, name, type, isOn } of properties) {
      const words = wordsOf(name)
      const isFlag = type === 'boolean' && isOn !== true && !/[.[]/.test(pattern)
      if (effect.isOption && isFlag && words.includes(effect.verb) && !words.some((word) => negative.test(word)))
        options.set(pattern, effect)
    }
  return options
}

/** What a description says that every call may do. */
export function besides(
  described: DescriptionReading,
  options: ReadonlyMap<string, Effect>,
): Pick<DescriptionReading, 'sink' | 'because' | 'grave'> {
  const decided = new Set(options.values())
  const rest = described.effects.filter((each) => !decided.has(each))
  const worst = gravest(rest)
  return decided.size === 0 || worst === undefined ? described : { ...worst, grave: rest.some(isGrave) }
}
