import type { CommandUpdate } from '../model/command.ts'
import { CommandTable } from '../policy/command-table.ts'
import { advance, type Life } from '../policy/life.ts'
import type { Batch, Consumer, Log } from '../ports/log.ts'

/** What one tenant’s readers follow: the table, and the last updates for those who were here before. */
export interface TenantCommands {
  table: CommandTable
  /** How far each command has come that stands or whose last update is recent, by its id. */
  lives: Map<string, Life>
  /** Updates with growing `seq`, oldest first; bounded. */
  recent: CommandUpdate[]
}

const maxRecent = 10_000

/** Each tenant’s command table, as the `commands` topic tells it. One per process; rebuilt from the log. */
export class CommandTables {
  readonly #tenants = new Map<string, TenantCommands>()
  readonly #listeners = new Map<string, Set<(update: CommandUpdate) => void>>()
  readonly #log: Log
  #consumer: Consumer | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Reads what is there, then follows. Resolves when it has caught up with what was there at the call. */
  async start(onFailed: (error: unknown) => void): Promise<void> {
    const next = new Map<number, number>()
    for (let partition = 0; partition < this.#log.partitions('commands'); partition++) {
      const { end } = await this.#log.range('commands', partition)
      for await (const record of this.#log.read('commands', partition))
        if (record.offset < end && record.value !== null) this.#take(JSON.parse(record.value))
      next.set(partition, end)
    }
    // Without a group: every process needs every update.
    this.#consumer = await this.#log.consume({
      topics: ['commands'],
      from: 'earliest',
      maxRecords: 1000,
      onAssigned: async (positions) => positions.map((p) => ({ ...p, offset: next.get(p.partition) ?? p.offset })),
      onBatch: async (batch: Batch) => {
        for (const { value } of batch.records) if (value !== null) this.#take(JSON.parse(value))
      },
      onFailed,
    })
  }

  /** Whoever asks for a tenant makes none. */
  of(tenant: string): TenantCommands {
    return this.#tenants.get(tenant) ?? { table: new CommandTable(), lives: new Map(), recent: [] }
  }

  /** Whether a command that was issued at `seq` has ended since. */
  hasEnded(tenant: string, command: string, seq: number): boolean {
    const { table } = this.of(tenant)
    return table.seq >= seq && !table.commands.has(command)
  }

  tenants(): IterableIterator<string> {
    return this.#tenants.keys()
  }

  /** Calls `listener` for each further update of the tenant until the returned function is called. */
  follow(tenant: string, listener: (update: CommandUpdate) => void): () => void {
    const listeners = this.#listeners.get(tenant) ?? new Set()
    this.#listeners.set(tenant, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(tenant) === listeners) this.#listeners.delete(tenant)
    }
  }

  /** How many follow. */
  get followers(): number {
    let n = 0
    for (const listeners of this.#listeners.values()) n += listeners.size
    return n
  }

  async close(): Promise<void> {
    await this.#consumer?.close()
  }

  #take(update: CommandUpdate): void {
    const own = this.of(update.tenant)
    this.#tenants.set(update.tenant, own)
    if (update.seq <= own.table.seq) return
    own.table.apply(update)
    const { lives, recent } = own
    const life = advance(lives.get(update.command), update)
    if (life !== undefined) lives.set(update.command, life)
    recent.push(update)
    if (recent.length > maxRecent * 1.5) forget(own, recent.splice(0, recent.length - maxRecent))
    for (const listener of this.#listeners.get(update.tenant) ?? []) listener(update)
  }
}

/** What has ended, and has no update that is kept, is history’s. */
function forget({ table, lives }: TenantCommands, old: readonly CommandUpdate[]): void {
  for (const { command, seq } of old) {
    if (table.commands.has(command)) continue
    const life = lives.get(command)
    if (life !== undefined && life.seq <= seq) lives.delete(command)
  }
}
