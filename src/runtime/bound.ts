/** Drops the oldest of what has grown by one beyond its limit. */
export function bound(kept: Set<string> | Map<string, unknown>, limit: number): void {
  if (kept.size <= limit) return
  for (const oldest of kept.keys()) {
    kept.delete(oldest)
    break
  }
}
