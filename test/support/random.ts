/** Seeded chance for tests: mulberry32, uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal by Box and Muller. */
export const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Poisson by Knuth’s product; fine for small means. */
export function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean)
  let product = random()
  let n = 0
  while (product > limit) {
    product *= random()
    n++
  }
  return n
}

export const pick = <T>(from: readonly T[], random: () => number): T => {
  const chosen = from[Math.floor(random() * from.length)]
  if (chosen === undefined) throw new Error('nothing to pick from')
  return chosen
}
