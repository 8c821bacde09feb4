import { setTimeout as pause } from 'node:timers/promises'
import { RescindError, wordsOf } from '../errors.ts'
import type { Command, CommandUpdate } from '../model/command.ts'
import { digest } from '../model/digest.ts'
import type { Receipt } from '../model/receipt.ts'
import { ended, inForce } from '../policy/command-table.ts'
import type { Answer, Channel, Delivery, OpenChannel } from '../ports/channel.ts'
import type { Clock } from '../ports/clock.ts'
import type { Batch, Consumer, Log, Position } from '../ports/log.ts'
import { deadLetterOf } from './topics.ts'

export interface DeliverParts {
  log: Log
  clock: Clock
  channel: Channel
  open: OpenChannel<'enforces' | 'informs'>
  /** Of the monitor; the channel has one of its own beneath it. */
  group: string
  /** Whether a command that was issued at `seq` of its tenant has ended since, as this process knows it now. */
  hasEnded(tenant: string, command: string, seq: number): boolean
  receive(receipts: readonly Receipt[]): Promise<void>
  onEvent(event: DeliverEvent): void
  onFailed(error: unknown): void
  /** Between tries: shortest and longest, ms. */
  backoffMs?: readonly [number, number]
}

export type DeliverEvent =
  | { kind: 'answer'; outcome: Answer['outcome'] | 'ended'; command: string; why?: string }
  | { kind: 'breaker'; open: boolean; why?: string }
  | { kind: 'overclaim'; command: string }

/** A delivery, and where in its tenant’s commands it stands. */
type Ordered = Delivery & { seq: number }

/** Deliveries to different targets at once; those to one target go one after the other. */
const atOnce = 8
/** So many failures in a row, and the channel is asked whether it is there before it is given more. */
const breaksAfter = 5
/** A withdrawal that cannot be brought for so long is a dead letter, ms. */
const giveUpMs = 24 * 3_600_000
const defaultBackoffMs = [500, 60_000] as const

/**
 * The one way out: tells one channel of commands, by a consumer group of its own, in order for each target, until it is known what
 * came of each; what the channel answers becomes a receipt of the point `channel:ID`. Retries, backoff and breaker are here, once.
 */
export class Deliver {
  readonly #p: DeliverParts
  readonly #group: string
  /** Commands that have not ended, as far as the topic was worked through. */
  readonly #commands = new Map<string, Command>()
  readonly #stop = new AbortController()
  #consumer: Consumer | undefined
  #failures = 0
  #probing: Promise<void> | undefined

  constructor(parts: DeliverParts) {
    this.#p = parts
    this.#group = `${parts.group}.channel.${parts.channel.id}`
  }

  async start(): Promise<void> {
    this.#consumer = await this.#p.log.consume({
      group: this.#group,
      topics: ['commands'],
      from: 'earliest',
      maxRecords: 200,
      onAssigned: (positions) => this.#learn(positions),
      onBatch: (batch) => this.#take(batch),
      onFailed: this.#p.onFailed,
    })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#consumer?.close()
    await this.#p.open.close()
  }

  /** What stood when the group stopped: a command’s end names only its id. */
  async #learn(positions: readonly Position[]): Promise<void> {
    for (const { topic, partition, offset } of positions)
      for await (const record of this.#p.log.read(topic, partition)) {
        if (record.offset >= offset) break
        if (record.value !== null) this.#know(JSON.parse(record.value) as CommandUpdate)
      }
  }

  #know(update: CommandUpdate): Command | undefined {
    const command = update.issue ?? this.#commands.get(update.command)
    if (command === undefined) return undefined
    if (ended(update.state)) this.#commands.delete(update.command)
    else this.#commands.set(update.command, command)
    return command
  }

  async #take({ topic, partition, records }: Batch): Promise<void> {
    const byTarget = new Map<string, Ordered[]>()
    for (const { value } of records) {
      if (value === null) continue
      const update = JSON.parse(value) as CommandUpdate
      const command = this.#know(update)
      const delivery = command === undefined ? undefined : this.#deliveryOf(update, command)
      if (delivery === undefined) continue
      const target = `${delivery.command.tenant}/${delivery.command.agent}`
      const list = byTarget.get(target)
      if (list === undefined) byTarget.set(target, [delivery])
      else list.push(delivery)
    }
    const waiting = [...byTarget.values()]
    const worker = async () => {
      for (let list = waiting.shift(); list !== undefined; list = waiting.shift())
        for (const delivery of list) await this.#bring(delivery)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    // What was not brought is given again at the next start.
    if (this.#stop.signal.aborted) return
    const last = records.at(-1)
    if (last !== undefined)
      await this.#p.log.commit(this.#group, {
        outputs: [],
        changelog: [],
        offsets: [{ topic, partition, offset: last.offset + 1 }],
      })
  }

  #deliveryOf(update: CommandUpdate, command: Command): Ordered | undefined {
    const { id, state, seq } = update
    const orders = inForce(command, 'issued')
    const base = { id, command, state, seq }
    // Only the step that carries the command orders it.
    if (orders && state === 'issued' && update.issue !== undefined) return { ...base, verb: 'apply' }
    if (orders && ended(state)) return { ...base, verb: 'withdraw' }
    return this.#p.channel.carries === 'all' ? { ...base, verb: 'tell' } : undefined
  }

  /** Until it is known what came of it, the command has ended, or we stop. */
  async #bring(delivery: Ordered): Promise<void> {
    const { clock, hasEnded, channel } = this.#p
    const { command, verb, seq } = delivery
    const { signal } = this.#stop
    const since = clock.now()
    for (let tries = 0; !signal.aborted; tries++) {
      if (verb === 'apply' && (hasEnded(command.tenant, command.id, seq) || command.expires <= clock.now())) {
        this.#p.onEvent({ kind: 'answer', outcome: 'ended', command: command.id })
        return
      }
      await this.#probing
      if (signal.aborted) return
      const answer = await this.#ask(delivery)
      const { outcome, why } = answer
      this.#p.onEvent({ kind: 'answer', outcome, command: command.id, ...(why === undefined ? {} : { why }) })
      if (outcome !== 'unreachable') {
        this.#failures = 0
        if (verb === 'apply' || outcome === 'refused') await this.#receipt(delivery, outcome, why)
        return
      }
      if (verb !== 'apply' && clock.now() - since > giveUpMs) {
        await this.#deadLetter(delivery, why ?? `channel ${channel.id} is unreachable`)
        return
      }
      if (++this.#failures >= breaksAfter) this.#probing ??= this.#probe(why)
      else await this.#wait(tries)
    }
  }

  async #ask(delivery: Delivery): Promise<Answer> {
    const { channel, open } = this.#p
    try {
      const answer = (await open.deliver(delivery)) as Answer
      if (channel.effect === 'enforces' || answer.outcome !== 'applied') return answer
      // Whoever only informs has no proof that anything holds.
      this.#p.onEvent({ kind: 'overclaim', command: delivery.command.id })
      return { ...answer, outcome: 'delivered' }
    } catch (error) {
      return { outcome: 'unreachable', why: wordsOf(error) }
    }
  }

  /** The breaker is open: nothing goes out until the channel says that it is there. */
  async #probe(why: string | undefined): Promise<void> {
    this.#p.onEvent({ kind: 'breaker', open: true, ...(why === undefined ? {} : { why }) })
    const { signal } = this.#stop
    for (let tries = 0; !signal.aborted; tries++) {
      await this.#wait(tries)
      const trouble = signal.aborted ? 'stopped' : await this.#p.open.probe().catch(wordsOf)
      if (trouble === undefined) break
    }
    this.#failures = 0
    this.#probing = undefined
    this.#p.onEvent({ kind: 'breaker', open: false })
  }

  /** Full jitter: those that failed together do not come back together. */
  async #wait(tries: number): Promise<void> {
    const [least, most] = this.#p.backoffMs ?? defaultBackoffMs
    const ms = Math.random() * Math.min(most, least * 2 ** Math.min(tries, 20))
    await pause(Math.max(ms, least / 2), undefined, { signal: this.#stop.signal, ref: false }).catch(() => {})
  }

  async #receipt({ command }: Delivery, outcome: Receipt['outcome'], why: string | undefined): Promise<void> {
    const receipt: Receipt = {
      tenant: command.tenant,
      command: command.id,
      point: `channel:${this.#p.channel.id}`,
      outcome,
      time: this.#p.clock.now(),
      ...(why === undefined ? {} : { why: why.slice(0, 1024) }),
    }
    const { signal } = this.#stop
    for (let tries = 0; !signal.aborted; tries++)
      try {
        await this.#p.receive([receipt])
        return
      } catch (error) {
        // The log takes nothing at the moment.
        if (!(error instanceof RescindError && error.retry === 'later')) throw error
        await this.#wait(tries)
      }
  }

  async #deadLetter(delivery: Delivery, why: string): Promise<void> {
    const { clock, log, channel } = this.#p
    const raw = JSON.stringify({ command: delivery.command.id, verb: delivery.verb })
    const letter = {
      id: digest('deliver', channel.id, delivery.id),
      time: clock.now(),
      stage: `deliver to ${channel.id}`,
      code: 'CHANNEL_UNREACHABLE',
      reason: why,
      raw,
      rawBytes: raw.length,
    }
    await log.append([deadLetterOf(letter)])
  }
}
