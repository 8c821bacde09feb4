/** The answer of a tool: an object as JSON, or text as it stands. */
export type Handlers = Record<string, (args: Record<string, unknown>) => Record<string, unknown> | string>

export const has = (text: string, words: string): boolean => text.toLowerCase().includes(words.toLowerCase())
export const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} was not found`)
  return value
}
