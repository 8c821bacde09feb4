import { decodings, identitiesIn } from '../identity/index.ts'

/** Letters and digits from which on a value is looked for elsewhere, and from which on within longer words too. A shorter one stands there by chance. */
const limits = { shortest: 4, sure: 8, values: 2000, identities: 200, characters: 65_536 } as const

/** What was taken out of an answer, to be found in the rest of it, however it is spelt there. */
export class Taken {
  readonly #spellings = new Set<string>()
  readonly #identities = new Set<string>()

  get isEmpty(): boolean {
    return this.#spellings.size === 0 && this.#identities.size === 0
  }

  add(value: string): void {
    const plain = value.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()
    if (plain.length >= limits.shortest && this.#spellings.size < limits.values) this.#spellings.add(plain)
    if (value.length > limits.characters) return
    for (const identity of identitiesIn(value))
      if (this.#identities.size < limits.identities && identity.canonical.length >= limits.shortest)
        this.#identities.add(keyOf(identity))
  }

  /** Where they stand in a text: marks between their letters and upper case make no difference. */
  spans(text: string): [from: number, to: number][] {
    if (this.#spellings.size === 0) return []
    const { letters, at } = lettersOf(text)
    const spans: [number, number][] = []
    for (const value of this.#spellings)
      for (let i = letters.indexOf(value); i >= 0; i = letters.indexOf(value, i + 1)) {
        const [from = 0, last = 0] = [at[i], at[i + value.length - 1]]
        const isWhole = !isWord(text[from - 1]) && !isWord(text[last + 1])
        if (isWhole || value.length >= limits.sure) spans.push([from, last + 1])
      }
    return spans
  }

  /** Whether one of them stands there in a way that cannot be cut: another spelling of an address or number, or an encoding. */
  hides(text: string): boolean {
    if (text.length > limits.characters) return false
    if (identitiesIn(text).some((identity) => this.#identities.has(keyOf(identity)))) return true
    return decodings(text).some((each) => each !== text && this.spans(each).length > 0)
  }
}

const keyOf = ({ kind, canonical }: { kind: string; canonical: string }): string => `${kind} ${canonical.toLowerCase()}`

/** The letters and digits of a text in lower case, and where each stands. */
function lettersOf(text: string): { letters: string; at: number[] } {
  const at: number[] = []
  let letters = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (!isWord(c)) continue
    // A letter may grow when its case changes.
    const low = c.toLowerCase()
    letters += low.length === 1 ? low : c
    at.push(i)
  }
  return { letters, at }
}

const isWord = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c)
