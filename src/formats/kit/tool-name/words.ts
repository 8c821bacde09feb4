/** Longest name that is looked at. */
const longest = 512

/** `createIssue`, `files-read` → lower-case words; two words that are one verb are joined (`log-out`). */
export function wordsOf(text: string): string[] {
  return text
    .slice(0, longest)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/(?<![a-z0-9])(sign|log|check|opt)[^a-z0-9](in|out|up)(?![a-z0-9])/g, '$1$2')
    .replace(/(?<![a-z0-9])(pull|merge)[^a-z0-9]?requests?(?![a-z0-9])/g, 'pullrequest')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Parts of a qualified name, the innermost last: `mcp__github__createIssue`, `server.tool`, `server/tool`. */
export const segmentsOf = (name: string): string[] =>
  name
    .slice(0, longest)
    .split(/__|[./:]/)
    .filter((segment) => segment !== '')

/** A noun without its plural; verbs are looked up as they stand. */
export const singular = (word: string): string =>
  word === 'ids'
    ? 'id'
    : word.length < 4 || !word.endsWith('s') || /(?:ss|us|is|ws)$/.test(word)
      ? word
      : word.endsWith('ies')
        ? `${word.slice(0, -3)}y`
        : word.endsWith('xes') || word.endsWith('ches') || word.endsWith('shes') || word.endsWith('sses')
          ? word.slice(0, -2)
          : word.slice(0, -1)

/** A list of words in running text, as a set. */
export const set = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))
