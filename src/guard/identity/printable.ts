import { stripVTControlCharacters } from 'node:util'

/** A foreign text as people may see it in one line: no control characters, not too long. */
export const printable = (text: string, max = 100): string =>
  text
    .slice(0, max * 2)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD')
    .slice(0, max)

/** The same, with a sign where it was cut. */
export function shortened(text: string, max: number): string {
  const shown = printable(text, max + 1)
  return shown.length > max ? `${shown.slice(0, max - 1)}…` : shown
}

/** A line of a log that others wrote: without colours and the like, and with nothing that could begin another line. */
export const logLine = (text: string, max = 2000): string =>
  printable(stripVTControlCharacters(text.slice(0, max * 2)).replaceAll('\t', ' '), max)
