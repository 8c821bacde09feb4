import type { AnyDetector } from './define.ts'

/** The list with what its statistical detectors bet, by id. Throws when they do not fit each other. */
export function withStakes(
  detectors: readonly AnyDetector[],
  stakes: Readonly<Record<string, number>>,
): readonly AnyDetector[] {
  for (const id of Object.keys(stakes))
    if (!detectors.some((each) => each.id === id && !each.rule))
      throw new Error(`there is a stake for ${id}, which is no statistical detector of the list`)
  const staked = detectors.map((each) => (each.rule ? each : Object.freeze({ ...each, stake: stakes[each.id] ?? 0 })))
  checkStakes(staked)
  return staked
}

/** Throws unless each statistical detector has a stake, and all of them together bet less than everything. */
export function checkStakes(detectors: readonly AnyDetector[]): void {
  const betting = detectors.filter(({ rule }) => !rule)
  for (const { id, stake } of betting)
    if (!(stake > 0))
      throw new Error(`detector ${id}: a statistical detector needs a stake above 0, given by withStakes`)
  const sum = betting.reduce((all, { stake }) => all + stake, 0)
  if (sum >= 1)
    throw new Error(
      `the stakes must add up to less than 1, and make ${sum}: ${betting.map((d) => `${d.id} ${d.stake}`).join(', ')}`,
    )
}
