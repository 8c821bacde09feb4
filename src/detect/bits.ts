/** Evidence is counted in bits: log2 of an e-value (Vovk & Wang, E-values, 2021). */

/** No single verdict counts more: beyond it a model's own doubt is larger than the number. */
export const maxBits = 24

/** Bits of an event whose probability under the model was `p`, bet on outright: e = 1/p if it happens, 0 if not. */
export const surprise = (p: number): number => Math.min(maxBits, -Math.log2(Math.max(p, 2 ** -maxBits)))

/**
 * Calibrates a p-value to an e-value: e = k·p^(k-1), E[e] = 1 under the null for any 0 < k < 1 (Vovk & Wang 2021, §2).
 * Answers bits. k near 0 pays most for very small p.
 */
export function calibrated(p: number, k = 0.2): number {
  const q = Math.max(p, 1e-300)
  return Math.min(maxBits, Math.log2(k) + (k - 1) * Math.log2(q))
}

/** 2^bits; the e-value back from its bits. */
export const eValue = (bits: number): number => 2 ** bits
