import { answers } from './places-answers.ts'
import { asides } from './places-asides.ts'
import type { Place } from './planting.ts'

export const places: readonly Place[] = [...answers, ...asides]
