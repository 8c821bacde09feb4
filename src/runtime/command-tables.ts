import type { CommandUpdate } from '../model/command.ts'
import type { PointStates } from '../model/point-state.ts'
import { CommandTable } from '../policy/command-table.ts'
import { follow } from '../policy/points.ts'
import type { Batch, Consumer, Log } from '../ports/log.ts'

/** What one tenant’s readers follow: the table, and the last updates for those who were here before. */
export interface TenantCommands {
  table: CommandTable
  /** How far each command of the table has come at each point, by its id. */
  points: Map<string, PointStates>
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

  of(tenant: string): TenantCommands {
    let own = this.#tenants.get(tenant)
    if (own === undefined) {
      own = { table: new CommandTable(), points: new Map(), recent: [] }
      this.#tenants.set(tenant, own)
    }
    return own
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
    return () => listeners.delete(listener)
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
    if (update.seq <= own.table.seq) return
    own.table.apply(update)
    const { points, table } = own
    if (table.commands.has(update.command)) points.set(update.command, follow(points.get(update.command) ?? {}, update))
    else points.delete(update.command)
    own.recent.push(update)
    if (own.recent.length > maxRecent * 1.5) own.recent.splice(0, own.recent.length - maxRecent)
    for (const listener of this.#listeners.get(update.tenant) ?? []) listener(update)
  }
}
