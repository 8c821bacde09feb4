import { RescindError } from '../../errors.ts'
import type { Notice } from '../core/types.ts'
import { Backoff, pause } from '../net/backoff.ts'
import type { MonitorClient } from './client.ts'
import type { Spool } from './spool.ts'

const perBatch = 500
const lingerMs = 20
/** Most events in memory; beyond it the oldest go, and are counted. */
const maxWaiting = 20_000

/** Sends events in their order: from memory while the monitor answers, over the spool while it does not. */
export class Publisher {
  published = 0
  spooled = 0
  rejected = 0
  dropped = 0
  readonly #client: MonitorClient
  readonly #spool: Spool | undefined
  readonly #onNotice: (notice: Notice) => void
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  /** Written out as text when their batch goes, not while a call waits. */
  #waiting: object[] = []
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #writing = Promise.resolve(true)
  #away = false
  /** The disk took none of what waits; that was told. */
  #unwritten = false
  #isClosed = false
  readonly #onChange: (() => void)[] = []

  constructor(
    client: MonitorClient,
    spool: Spool | undefined,
    onNotice: (notice: Notice) => void,
    backoffMs?: readonly [number, number],
  ) {
    this.#client = client
    this.#spool = spool
    this.#onNotice = onNotice
    this.#backoff = new Backoff(backoffMs)
    if (spool?.isEmpty === false) this.#work()
  }

  /** Events lost to the bounds of memory and disk. */
  get lost(): number {
    return this.dropped + (this.#spool?.dropped ?? 0)
  }

  /** The event must not change any more. After the close it is lost, and counted. */
  add(event: object): void {
    if (this.#isClosed) {
      this.dropped++
      return
    }
    this.#waiting.push(event)
    if (this.#waiting.length > maxWaiting) {
      this.#waiting.shift()
      this.dropped++
    }
    if (this.#timer !== undefined || this.#working !== undefined) return
    this.#timer = setTimeout(() => this.#work(), lingerMs)
    this.#timer.unref()
  }

  /** Resolves when every event so far is with the monitor or on disk, LOG_WRITE_FAILED where the disk takes none; without a spool, when it is with the monitor; at the close. */
  async flush(): Promise<void> {
    // Past the close nothing is sent: to wait for it would not end.
    while (!this.#stop.signal.aborted && (this.#waiting.length > 0 || (this.#working !== undefined && !this.#away))) {
      if (this.#away && this.#spool !== undefined) {
        if (!(await this.#toSpool()))
          throw new RescindError('LOG_WRITE_FAILED', 'Events are neither with the monitor nor on disk.', {
            retry: 'later',
          })
      } else {
        this.#work()
        await new Promise<void>((resolve) => this.#onChange.push(resolve))
      }
    }
  }

  /** Tries once more, then leaves the rest on disk. */
  async close(graceMs = 2000): Promise<void> {
    if (!this.#away) {
      this.#work()
      const enough = new AbortController()
      await Promise.race([this.#working, pause(graceMs, enough.signal)])
      enough.abort()
    }
    this.#stop.abort()
    clearTimeout(this.#timer)
    await this.#working
    this.#isClosed = true
    if (this.#spool === undefined) this.dropped += this.#waiting.splice(0).length
    else if (!(await this.#toSpool())) this.dropped += this.#waiting.splice(0).length
    await this.#spool?.close()
    this.#changed()
  }

  /** Something was sent, was put aside, or the work is done. */
  #changed(): void {
    for (const tell of this.#onChange.splice(0)) tell()
  }

  #work(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#working !== undefined) return
    this.#working = this.#run().finally(() => {
      this.#working = undefined
      this.#changed()
      if (this.#waiting.length > 0 && !this.#stop.signal.aborted) this.#work()
    })
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const segment = await this.#spool?.oldest()
        if (segment !== undefined) {
          for (let i = 0; i < segment.lines.length; i += perBatch)
            await this.#send(segment.lines.slice(i, i + perBatch))
          await this.#spool?.done(segment.number)
          continue
        }
        if (this.#waiting.length === 0) return
        const batch = this.#waiting.slice(0, perBatch)
        this.#waiting = this.#waiting.slice(perBatch)
        try {
          await this.#send(batch.map(line))
        } catch (error) {
          // Back to the front: they are the oldest.
          this.#waiting = [...batch, ...this.#waiting]
          throw error
        }
      } catch (error) {
        if (!this.#away) this.#onNotice({ level: 'warn', message: 'events wait for the monitor', cause: error })
        this.#away = true
        await this.#toSpool()
        this.#changed()
        await pause(this.#backoff.next(), signal)
      }
    }
  }

  async #send(lines: readonly string[]): Promise<void> {
    const response = await this.#client.post(
      '/v1/events',
      `${lines.join('\n')}\n`,
      'application/x-ndjson',
      this.#stop.signal,
    )
    // Smaller pieces may pass; a single one that does not never will.
    if (response.status === 413 && lines.length > 1) {
      await response.body?.cancel()
      const half = Math.ceil(lines.length / 2)
      await this.#send(lines.slice(0, half))
      await this.#send(lines.slice(half))
      return
    }
    const answer = (await response.json().catch(() => ({}))) as { accepted?: unknown; rejected?: unknown }
    const rejected = typeof answer.rejected === 'number' ? answer.rejected : response.ok ? 0 : lines.length
    this.rejected += rejected
    this.published += lines.length - rejected
    if (rejected > 0) this.#onNotice({ level: 'warn', message: `the monitor took ${rejected} events for wrong ones` })
    if (this.#away) this.#onNotice({ level: 'info', message: 'the monitor takes events again' })
    this.#away = false
    this.#backoff.reset()
    this.#changed()
  }

  /** Whether what waited is on disk; what cannot be written stays in memory. One at a time: events keep their order. */
  #toSpool(): Promise<boolean> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<boolean> {
    if (this.#spool === undefined || this.#waiting.length === 0) return true
    const events = this.#waiting
    this.#waiting = []
    try {
      await this.#spool.append(events.map(line))
    } catch (cause) {
      this.#waiting = [...events, ...this.#waiting]
      const over = this.#waiting.length - maxWaiting
      if (over > 0) this.dropped += this.#waiting.splice(0, over).length
      if (!this.#unwritten)
        this.#onNotice({ level: 'warn', message: 'events that wait cannot be written to the spool', cause })
      this.#unwritten = true
      return false
    }
    this.#unwritten = false
    this.spooled += events.length
    return true
  }
}

const line = (event: object): string => JSON.stringify(event)
