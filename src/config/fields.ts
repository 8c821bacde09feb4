import { type TSchema, Type } from 'typebox'

/** What most settings are: groups of them, texts, and whole numbers with their bounds and default. */
export const group = <T extends Record<string, TSchema>>(members: T, description: string) =>
  Type.Object(members, { default: {}, additionalProperties: false, description })
export const text = (description: string) => Type.String({ minLength: 1, maxLength: 4096, description })
export const whole = (value: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum, maximum, description })
