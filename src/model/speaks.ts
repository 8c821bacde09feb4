import { fitsAny } from './names.ts'

/** What a caller may speak for, by patterns; absent: it is not bound there, and owns only what nobody else does. */
export interface Speaks {
  agents?: readonly string[]
  points?: readonly string[]
  cohorts?: readonly string[]
}
export type Spoken = keyof Speaks
export const spoken = ['agents', 'points', 'cohorts'] as const satisfies readonly Spoken[]

/** Whether it is bound to the name. */
export const isBoundTo = (speaks: Speaks, kind: Spoken, name: string): boolean => fitsAny(speaks[kind] ?? [], name)

/** Whether its binding leaves the name to it: it has none of the kind, or one that fits. */
export const mayName = (speaks: Speaks, kind: Spoken, name: string): boolean =>
  speaks[kind] === undefined || fitsAny(speaks[kind], name)
