/** The part of a verb that all of its forms begin with. */
export const rootOf = (verb: string): string =>
  verb.length > 4 ? verb.replace(/(?:en|er|ir|ar|e|y)$/, '') : verb.replace(/(?<=..)[ey]$/, '')

/** What forms of a verb, and nouns made from it, end in: `sends`, `stopped`, `replies`, `reservation`. */
const endings =
  /^(?:e?s|e?d|ings?|e[nrz]|[eaoty]|te|et|i(?:es|ed|ons?)|ati?ons?|ments?|als?|an|as|ons|[ai]r|ups?|(.)(?:ed|ing|ers?))?$/u

/** The roots that a word may be a form of, the longest first: `contacted` is of `contact`, and `contract` is not. */
export function* rootsIn(word: string): Generator<string> {
  for (let end = Math.min(word.length, 14); end >= 2; end--) if (endings.test(word.slice(end))) yield word.slice(0, end)
}
