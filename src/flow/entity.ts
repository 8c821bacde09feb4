/** All stores of one key. `stores` is what the changelog keeps; as text until somebody looks at it. */
export interface Entity {
  readonly key: string
  readonly partition: number
  stores: unknown[] | string
  dirty: boolean
  /** Since it was last put at the end of the order. */
  touched: boolean
  /** Characters of its state when that was last written. */
  size: number
}

/** A changed key, as the changelog wants it: plain JSON or its text, or null when the key was evicted. */
export interface Change {
  key: string
  partition: number
  state: unknown[] | string | null
}

/**
 * Where keys go that memory has no room for, and come back from when they are touched. A cache: the changelog holds the
 * truth, so what is lost here is restored with its partition. Synchronous, for a lane is.
 */
export interface ColdStore {
  put(key: string, partition: number, state: string): void
  /** The state, which is removed. */
  take(key: string, partition: number): string | undefined
  forget(partition: number): void
}

/** Running counts of a lane, for metrics. */
export interface LaneStats {
  keys: number
  /** Let go because there was no room: forgotten, or moved to the cold store. */
  evicted: number
  /** Come back from the cold store. */
  recalled: number
  /** Forgotten because they were quiet. */
  idle: number
  /** States that had outgrown what is kept of one key: made smaller, or forgotten. */
  outgrown: number
  processed: number
  ignored: number
}

/** Most that is kept of one key, characters of its JSON: every write can hold many of them. */
export const largestState = 1024 * 1024

/** A state as the changelog has it; undefined: it has outgrown that, or is no JSON. */
export function textOf(state: unknown[] | string): string | undefined {
  try {
    const text = typeof state === 'string' ? state : JSON.stringify(state)
    return text.length > largestState ? undefined : text
  } catch {
    return undefined
  }
}

/** Restored text becomes objects when somebody looks. */
export function storesOf(entity: Entity): unknown[] {
  if (typeof entity.stores === 'string') entity.stores = JSON.parse(entity.stores) as unknown[]
  return entity.stores
}
