import kafkajs from 'kafkajs'
import { consumerDefaults } from './connection.ts'
import type { Coordinator } from './coordinator.ts'

type Heartbeat = () => Promise<void>

/** Tells the coordinator that we live while work goes on that the client knows nothing of. */
export class Heartbeats {
  readonly #coordinator: Coordinator
  #timer: NodeJS.Timeout | undefined
  /** While there is work: how it is told. */
  #heartbeat: Heartbeat | undefined
  #beating: Promise<void> = Promise.resolve()
  /** Ends a wait with nothing in hand: the group does not know us any more, or begins anew. */
  #expel: ((error: unknown) => void) | undefined

  constructor(coordinator: Coordinator) {
    this.#coordinator = coordinator
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#heartbeat !== undefined) this.#beating = this.beat(this.#heartbeat).catch((e) => this.#expel?.(e))
    }, consumerDefaults.heartbeatInterval).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  get isWorking(): boolean {
    return this.#heartbeat !== undefined
  }

  /**
   * A heartbeat. The client holds on to a coordinator that died until it has failed for long enough, and each failure
   * ends the fetch in hand. Here work goes on meanwhile, and as soon as the group has a coordinator again, it is joined.
   */
  async beat(heartbeat: Heartbeat): Promise<void> {
    if (this.#expel !== undefined) this.#coordinator.moveOver()
    try {
      await heartbeat()
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSProtocolError) throw error
      this.#coordinator.seek()
    }
  }

  /** Waits for work in hand, which a rebalance does not cut short. */
  async during(work: Promise<void>, heartbeat: Heartbeat): Promise<void> {
    this.#heartbeat = heartbeat
    try {
      await work
    } finally {
      this.#heartbeat = undefined
      this.#expel = undefined
      await this.#beating
    }
  }

  /** Waits for what may itself wait for the group: a rebalance ends this wait, for nothing is in hand. */
  until(ready: Promise<void>, heartbeat: Heartbeat): Promise<void> {
    const wait = new Promise<void>((resolve, reject) => {
      this.#expel = reject
      void ready.then(resolve)
    })
    return this.during(wait, heartbeat)
  }
}
