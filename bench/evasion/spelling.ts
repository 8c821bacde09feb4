import type { Chance } from './chance.ts'

/** How strangers write what they do not want to be recognised. */

/** Puts a character between two of the text's own. */
export const between = (text: string, mark: string, c: Chance): string => {
  const at = c.int(1, Math.max(1, text.length - 1))
  return text.slice(0, at) + mark + text.slice(at)
}
/** Cyrillic letters that look like Latin ones. */
export const twins: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  x: 'х',
  i: 'і',
  s: 'ѕ',
  A: 'А',
  B: 'В',
  O: 'О',
  T: 'Т',
}
export const percent = (text: string) => text.replace(/[@./:a-e]/g, (c) => `%${(c.codePointAt(0) ?? 0).toString(16)}`)
export const fullWidth = (text: string) =>
  text.replace(/[!-~]/g, (c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0))
export const onHost = (plain: string, change: (host: string) => string) =>
  plain.replace(/(?<=@|:\/\/)[^/:@]+/, (host) => change(host))
export const base64 = (text: string) => Buffer.from(text).toString('base64')
