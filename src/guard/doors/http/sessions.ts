import type { HttpClientSide } from './client-side.ts'

/** What serves a client of a listening guard. */
export interface OpenSession {
  close(): Promise<void>
}

/** How many sessions there may be, and how long one may be of no use, ms. */
export interface SessionLimits {
  sessions: number
  /** Those that began and said nothing since. */
  newcomers: number
  newcomerMs: number
  /** After a client that listened no longer does, and asks nothing. */
  goneMs: number
  /** After the last request of a client that never listened. */
  idleMs: number
}

export const sessionLimits: SessionLimits = {
  sessions: 128,
  newcomers: 16,
  newcomerMs: 10_000,
  goneMs: 2 * 60_000,
  idleMs: 30 * 60_000,
}

interface Entry {
  client: HttpClientSide
  session: OpenSession | undefined
  isReady: boolean
  hasListened: boolean
  isOver: boolean
  timer: NodeJS.Timeout | undefined
}

/** The sessions of a listening guard: each started a server of its own, and ends with it when its client is gone. */
export class HttpSessions {
  readonly #limits: SessionLimits
  readonly #entries = new Map<string, Entry>()
  readonly #ending = new Set<Promise<void>>()
  #isClosed = false

  constructor(limits: SessionLimits) {
    this.#limits = limits
  }

  get hasRoom(): boolean {
    const newcomers = [...this.#entries.values()].filter((entry) => !entry.isReady).length
    return !this.#isClosed && this.#entries.size < this.#limits.sessions && newcomers < this.#limits.newcomers
  }

  get(id: string): HttpClientSide | undefined {
    return this.#entries.get(id)?.client
  }

  add(client: HttpClientSide): Entry {
    const entry: Entry = {
      client,
      session: undefined,
      isReady: false,
      hasListened: false,
      isOver: false,
      timer: undefined,
    }
    this.#entries.set(client.id, entry)
    client.onClosed = () => this.#end(entry)
    client.onChange = () => this.#watch(entry)
    return entry
  }

  /** Whether the session stands; one that came too late is ended. */
  async serve(entry: Entry, session: OpenSession): Promise<boolean> {
    entry.session = session
    this.#watch(entry)
    if (entry.isOver) await session.close()
    return !entry.isOver
  }

  /** The client went on after it began. */
  ready(client: HttpClientSide): void {
    const entry = this.#entries.get(client.id)
    if (entry === undefined) return
    entry.isReady = true
    this.#watch(entry)
  }

  beat(): void {
    for (const { client } of this.#entries.values()) client.beat()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { client } of [...this.#entries.values()]) await client.close()
    await Promise.all(this.#ending)
  }

  /** A session whose client neither listens nor waits ends after a while. */
  #watch(entry: Entry): void {
    clearTimeout(entry.timer)
    if (entry.isOver) return
    entry.hasListened ||= entry.client.listens
    if (entry.session === undefined || entry.client.streams > 0) return
    const { newcomerMs, goneMs, idleMs } = this.#limits
    const ms = !entry.isReady ? newcomerMs : entry.hasListened ? goneMs : idleMs
    entry.timer = setTimeout(() => void entry.client.close(), ms)
    entry.timer.unref()
  }

  #end(entry: Entry): void {
    if (entry.isOver) return
    entry.isOver = true
    clearTimeout(entry.timer)
    this.#entries.delete(entry.client.id)
    if (entry.session === undefined) return
    const ending = entry.session.close().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}
