/**
 * A bounded list of things with their times, oldest first, flattened as [value, time, value, time, …] so that it stays
 * small in memory and in the changelog.
 */
export function recentAdd<T>(list: (T | number)[], value: T, time: number, limit: number): void {
  list.push(value, time)
  if (list.length > limit * 2) list.splice(0, list.length - limit * 2)
}

/** Drops what is older than `since`. */
export function recentPrune<T>(list: (T | number)[], since: number): void {
  let drop = 0
  while (drop < list.length && (list[drop + 1] as number) < since) drop += 2
  if (drop > 0) list.splice(0, drop)
}
