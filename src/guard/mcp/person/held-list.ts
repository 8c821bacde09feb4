import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import type { Check } from '../../core/types.ts'

/** Where guards write down which ids an approval in the file would be about. */
export const heldPath = (approvals: string): string => `${approvals}.held`

/** Bytes at the start, and lines added since, from which on those that count no more are taken out; most that stay. */
const limits = { bytes: 65_536, added: 1000, kept: 4000 } as const

/**
 * Stand-alone: the ids of what this guard holds, beside the approvals file, for whoever writes an approval there: who mistypes one
 * is told. It lets nothing go. Guards that share the file add lines to it: `+ UNTIL ID…` (ms), and `- ID…` when one ends.
 */
export class HeldList {
  readonly #path: string
  readonly #now: () => number
  readonly #onTrouble: (message: string, cause: unknown) => void
  readonly #held = new Map<string, number>()
  #added = 0

  /** Throws where the file cannot be written. */
  constructor(approvals: string, onTrouble: (message: string, cause: unknown) => void, now: () => number = Date.now) {
    this.#path = heldPath(approvals)
    this.#onTrouble = onTrouble
    this.#now = now
    appendFileSync(this.#path, '', { mode: 0o600 })
    if (statSync(this.#path).size > limits.bytes) this.#tidy()
  }

  add({ command, held }: Check): void {
    if (command === undefined) return
    const until = Math.max(held?.until ?? 0, command.expires)
    const ids = [command.id, ...(held === undefined ? [] : [held.handle])].filter((id) => this.#held.get(id) !== until)
    if (ids.length === 0) return
    for (const id of ids) this.#held.set(id, until)
    this.#write(`+ ${until} ${ids.join(' ')}\n`)
    if (++this.#added % limits.added === 0) this.#tidy()
  }

  /** What it held is held no more. */
  close(): void {
    if (this.#held.size > 0) this.#write(`- ${[...this.#held.keys()].join(' ')}\n`)
  }

  #write(line: string): void {
    try {
      appendFileSync(this.#path, line, { mode: 0o600 })
    } catch (cause) {
      this.#onTrouble(`${this.#path} cannot be written: rescind approve will not know what is held`, cause)
    }
  }

  #tidy(): void {
    const now = this.#now()
    for (const [id, until] of this.#held) if (until <= now) this.#held.delete(id)
    const all = heldIn(this.#path, now) ?? new Map<string, number>()
    const lines = [...all].slice(-limits.kept).map(([id, until]) => `+ ${until} ${id}\n`)
    const half = `${this.#path}.${process.pid}.half`
    writeFileSync(half, lines.join(''), { mode: 0o600 })
    renameSync(half, this.#path)
  }
}

/** What guards hold that look at the list, by id, with the time until when, ms; undefined: there is no list. */
export function heldIn(path: string, now: number): Map<string, number> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const held = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [sign, ...words] = line.split(' ')
    if (sign === '-') for (const id of words) held.delete(id)
    if (sign !== '+') continue
    const until = Number(words[0])
    if (until > now) for (const id of words.slice(1)) held.set(id, until)
  }
  return held
}
