import type { Drift } from '../../../model/event.ts'
import { isObject } from '../../doors/json-rpc/message.ts'
import { budget, compare, firstSight, pinOf, shadowed, type ToolPin } from './pin.ts'
import { type KeptPin, type PinStore, storeLimits } from './store.ts'

interface Known {
  pin: KeptPin
  /** The definition that the server gives now. */
  now: ToolPin
  drift: Drift | undefined
}

/** The tools of one server against what they were when they were first seen or last accepted. */
export class ToolPins {
  readonly #store: PinStore | undefined
  readonly #known = new Map<string, Known>()
  readonly #pins = new Map<string, KeptPin>()
  #server = 'another server'

  readonly #onTrouble: (message: string, cause: unknown) => void

  /** Without a store the pins last as long as the process. */
  constructor(store?: PinStore, onTrouble: (message: string, cause: unknown) => void = () => {}) {
    this.#store = store
    this.#onTrouble = onTrouble
    for (const pin of store?.load() ?? []) this.#pins.set(pin.name, pin)
  }

  /**
   * Takes an answer to tools/list, which may be one page of several; answers what is new in it. A definition that only reads
   * otherwise is pinned anew; one that adds a danger stays held, also when the server takes it back: it has been read.
   */
  learn(result: unknown, server?: string): Drift[] {
    if (!isObject(result) || !Array.isArray(result.tools)) return []
    this.#server = server ?? this.#server
    const others = this.#store?.others()
    const news: Drift[] = []
    const left = budget()
    let isNew = false
    for (const tool of result.tools.slice(0, storeLimits.tools)) {
      if (!isObject(tool) || typeof tool.name !== 'string') continue
      if (this.#pins.size >= storeLimits.tools && !this.#pins.has(tool.name)) break
      const before = this.#known.get(tool.name)
      const now = pinOf({ ...tool, name: tool.name }, left)
      if (before?.now.digest === now.digest && before.drift?.holds === true) continue
      const pin = this.#pins.get(tool.name) ?? { ...now, orders: [] }
      const also = others?.get(tool.name)?.filter((each) => pin.also?.includes(each) !== true) ?? []
      const found = this.#pins.has(tool.name) ? compare(pin, now) : firstSight(now)
      const drift = found ?? (also.length > 0 ? shadowed(now, also) : undefined)
      const kept = drift?.holds === true ? pin : { ...now, orders: pin.orders, ...alsoOf(pin, also) }
      if (drift !== undefined) news.push(drift)
      isNew ||= drift !== undefined || !this.#pins.has(tool.name)
      this.#pins.set(tool.name, kept)
      const lasting = before?.drift?.holds === true ? before.drift : undefined
      this.#known.set(tool.name, {
        pin: kept,
        now,
        drift: drift?.holds === true ? drift : (lasting ?? drift ?? before?.drift),
      })
    }
    if (isNew) this.#save()
    return news
  }

  /** What stands against, or is to be noted of, a tool’s definition. */
  driftOf(tool: string): Drift | undefined {
    return this.#known.get(tool)?.drift
  }

  /** A person accepts the definition of a tool as it is now; without a name, of all. */
  accept(tool?: string): void {
    for (const [name, known] of tool === undefined ? this.#known : [[tool, this.#known.get(tool)] as const]) {
      if (known === undefined) continue
      const pin: KeptPin = { ...known.now, ...alsoOf(known.pin, []) }
      this.#pins.set(name, pin)
      this.#known.set(name, { pin, now: known.now, drift: undefined })
    }
    this.#save()
  }

  /** What cannot be written is known for the rest of this process, and told. */
  #save(): void {
    try {
      this.#store?.save(this.#server, [...this.#pins.values()])
    } catch (error) {
      this.#onTrouble('the pins of tool definitions could not be written', error)
    }
  }
}

const alsoOf = (pin: KeptPin, more: readonly string[]): { also?: string[] } => {
  const also = [...(pin.also ?? []), ...more].slice(-storeLimits.servers)
  return also.length === 0 ? {} : { also }
}
