import type { Command } from '../../model/command.ts'

interface Entry {
  command: Command
}
interface Table<E> {
  readonly entries: Readonly<Record<string, E>>
}

/**
 * Which entries of a table are about which agent: what is issued is compared with the others of its agent, and a table holds
 * thousands. Follows from the table and is no part of its state, so it is made anew where the table came back from the changelog.
 */
class ByAgent<E extends Entry> {
  readonly #entries = new Map<string, Set<E>>()

  add(entry: E): void {
    const { agent } = entry.command
    const known = this.#entries.get(agent)
    if (known === undefined) this.#entries.set(agent, new Set([entry]))
    else known.add(entry)
  }

  delete(entry: E): void {
    const { agent } = entry.command
    const known = this.#entries.get(agent)
    known?.delete(entry)
    if (known?.size === 0) this.#entries.delete(agent)
  }

  of(agent: string): E[] {
    return [...(this.#entries.get(agent) ?? [])]
  }
}

const made = new WeakMap<Table<Entry>, unknown>()

/** Of a table that is whole: made once, and then told of what comes and goes. */
export function agentsOf<E extends Entry>(table: Table<E>): ByAgent<E> {
  const known = made.get(table) as ByAgent<E> | undefined
  if (known !== undefined) return known
  const index = new ByAgent<E>()
  for (const entry of Object.values(table.entries)) index.add(entry)
  made.set(table, index)
  return index
}
