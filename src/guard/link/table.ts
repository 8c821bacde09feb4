import type { Command } from '../../model/command.ts'
import { CommandTable, inForce, type Standing } from '../../policy/command-table.ts'
import { supersedes } from '../../policy/supersede.ts'
import type { DecisionMessage } from '../../protocol/message.ts'
import { Restrictions, refusalOf } from '../core/restrictions.ts'

/** What a change of the table means to those around it. */
export interface TableListener {
  /** This guard now holds to the command; told once for each. */
  onApplied(command: Command): void
  /** It cannot, and why. */
  onRefused(command: Command, why: string): void
  /** A person ordered it, or lets further acts go by it; told again after a snapshot and a restart. */
  onByHand(command: Command): void
  /** It ended by itself, before its time where a higher rung took its place. */
  onEnded(command: string): void
  /** `about`: the attempts that it was about. */
  onReleased(command: string, about: readonly string[], verb: 'approved' | 'released'): void
}

/** A message signed this much before the newest one seen is an old one played again, ms. */
const oldAfterMs = 60_000
const maxPages = 10_000

/** The monitor’s commands as this point holds them; follows messages and says when it has drifted. */
export class HeldTable {
  readonly restrictions = new Restrictions()
  /** By the monitor’s clock. */
  newest = 0
  readonly #table = new CommandTable()
  readonly #listener: TableListener
  readonly #now: () => number
  readonly #announced = new Set<string>()
  #pages = new Map<number, Standing[]>()
  #pagesOf = ''

  constructor(listener: TableListener, now: () => number) {
    this.#listener = listener
    this.#now = now
  }

  get seq(): number {
    return this.#table.seq
  }

  get digest(): string {
    return this.#table.digest
  }

  /** Takes a verified message. `drifted`: ask for a snapshot. `part`: a page of one, more are on their way. */
  take(message: DecisionMessage): 'agrees' | 'drifted' | 'part' {
    if (message.at < this.newest - oldAfterMs) return 'drifted'
    // Nor may one that is no newer take back what came since; a monitor that starts anew says so later than it spoke before.
    if (message.at <= this.newest && message.seq < this.#table.seq) return 'drifted'
    this.newest = Math.max(this.newest, message.at)
    if (message.kind === 'snapshot') return this.#snapshot(message)
    if (message.kind === 'delta')
      for (const update of message.updates ?? []) {
        const known = this.#table.commands.get(update.command)?.command
        const isNew = update.seq > this.#table.seq
        const agrees = this.#table.apply(update)
        if (!isNew) continue
        const standing = this.#table.commands.get(update.command)
        this.#hold(update.command, standing)
        if (update.state === 'released')
          this.#listener.onReleased(update.command, aboutOf(known), update.verb ?? 'approved')
        if (update.state === 'expired') this.#listener.onEnded(update.command)
        // What came is held to all the same; the snapshot puts right what did not.
        if (!agrees) return 'drifted'
      }
    return this.#table.seq === message.seq && this.#table.digest === message.digest ? 'agrees' : 'drifted'
  }

  standing(): Standing[] {
    return [...this.#table.commands.values()]
  }

  /** From disk, before the monitor was heard: held to, but nobody is told. */
  restore(seq: number, digest: string, commands: readonly Standing[]): boolean {
    const agrees = this.#table.reset(seq, digest, commands)
    if (agrees) this.#holdAll(false)
    else this.#table.reset(0, '', [])
    return agrees
  }

  #snapshot({ seq, digest, commands = [], page, pages = 1 }: DecisionMessage): 'agrees' | 'drifted' | 'part' {
    if (pages > maxPages) return 'drifted'
    const of = `${seq} ${digest} ${pages}`
    if (this.#pagesOf !== of) this.#pages = new Map()
    this.#pagesOf = of
    this.#pages.set(page ?? 0, commands)
    if (this.#pages.size < pages) return 'part'
    const all = [...this.#pages.values()].flat()
    this.#pages = new Map()
    this.#pagesOf = ''
    const before = this.standing()
    const agrees = this.#table.reset(seq, digest, all)
    this.#holdAll(true)
    // What is gone before its time was released while this point was not listening.
    if (agrees)
      for (const { command } of before) {
        if (command.expires <= this.#now() || this.#table.commands.has(command.id)) continue
        if (this.#isMoot(command)) this.#listener.onEnded(command.id)
        else this.#listener.onReleased(command.id, aboutOf(command), 'approved')
      }
    return agrees ? 'agrees' : 'drifted'
  }

  /** Another command denies all that it asks about: nobody let it go. */
  #isMoot(command: Command): boolean {
    for (const higher of this.#table.inForce()) if (supersedes(higher, command)) return true
    return false
  }

  #holdAll(tell: boolean): void {
    this.restrictions.clear()
    for (const [id, standing] of this.#table.commands) this.#hold(id, standing, tell)
    for (const id of this.#announced) if (!this.#table.commands.has(id)) this.#announced.delete(id)
  }

  #hold(id: string, standing: Standing | undefined, tell = true): void {
    if (standing === undefined || !inForce(standing.command, standing.state)) {
      this.restrictions.drop(id)
      this.#announced.delete(id)
      return
    }
    const { command } = standing
    const why = refusalOf(command)
    if (isByHand(command)) this.#listener.onByHand(command)
    if (command.widens === undefined && why === undefined) this.restrictions.put(command)
    if (!tell || this.#announced.has(id)) return
    this.#announced.add(id)
    if (why === undefined) this.#listener.onApplied(command)
    else this.#listener.onRefused(command, why)
  }
}

const isByHand = ({ widens, by }: Command): boolean => widens !== undefined || by !== undefined

const aboutOf = (command: Command | undefined): readonly string[] =>
  command?.act === undefined ? [] : [command.act.event]
