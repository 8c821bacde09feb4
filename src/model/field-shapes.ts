import { Type } from 'typebox'
import { plainName } from './names.ts'

/** What most fields of the nouns are: names, texts for people, times and counts, each with its bounds. */
export const id = (description: string) =>
  Type.String({ minLength: 1, maxLength: 512, pattern: plainName, description })
export const text = (maxLength: number, description: string) => Type.String({ maxLength, description })
export const millis = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 8_640_000_000_000_000,
    description: `${description} Milliseconds since the epoch.`,
  })
export const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })
