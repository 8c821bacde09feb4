import { InvalidArgumentError } from 'commander'

/** A whole number in a range. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const n = Number(text)
    if (!/^\d+$/.test(text) || n < least || n > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
    return n
  }

/** Seconds of silence that a monitor is allowed: an idle one shows that it lives every ten, and two beats may be late. */
export function silence(text: string): number {
  const n = Number(text)
  if (!/^\d+$/.test(text) || n < leastSilence || n > 31_536_000)
    throw new InvalidArgumentError(
      `It must be a whole number of seconds from ${leastSilence}: a monitor that is well shows it only every 10 s (its http.beatMs), and three beats must fit in. Give ${leastSilence} or more, and more where http.beatMs is.`,
    )
  return n
}
const leastSilence = 30

/** ms */
export function duration(text: string): number {
  const [, n = '', unit = ''] = /^(\d{1,6})(m|h|d)$/.exec(text) ?? []
  const ms = Number(n) * ({ m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0)
  if (ms === 0) throw new InvalidArgumentError('It must be such as 30m, 2h or 1d.')
  return ms
}

/** RFC 3339 text as it is, or ms from now. */
export function moment(text: string): string | number {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && Number.isFinite(Date.parse(text))) return text
  return duration(text)
}

/** A name of somebody or something; `most` letters, as the model has it. */
export const named =
  (most: number) =>
  (text: string): string => {
    if (text.trim() === '' || text.length > most)
      throw new InvalidArgumentError(`It must be a name of 1 to ${most} letters.`)
    return text
  }
