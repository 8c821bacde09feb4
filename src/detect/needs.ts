import type { AgentState } from '../model/agent-state.ts'
import { type Field, isSeen, type Need } from '../model/fields.ts'
import type { AnyDetector } from './define.ts'

/** What no event of an agent has held so far, of what a detector needs of them, in words; empty: it sees. */
export const missingOf = (
  { needs }: Pick<AnyDetector, 'needs'>,
  { fields = 0 }: Pick<AgentState, 'fields'>,
): string[] => needs.filter((need) => !fieldsOf(need).some((field) => isSeen(fields, field))).map(needWords)

export const needWords = (need: Need): string => fieldsOf(need).join(' or ')

const fieldsOf = (need: Need): readonly Field[] => (typeof need === 'string' ? [need] : need)
