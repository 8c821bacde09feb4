const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** RFC 3339 text as whole milliseconds since the epoch (rounded down), or undefined. A leap second is the second before. */
export function rfc3339Millis(text: string): number | undefined {
  const found = rfc3339.exec(text)
  if (found === null) return undefined
  const [, y, mo, d, h, mi, s, fraction = '', sign, oh = '0', om = '0'] = found
  const [year, month, day, hour, minute, second] = [Number(y), Number(mo), Number(d), Number(h), Number(mi), Number(s)]
  const [offsetHour, offsetMinute] = [Number(oh), Number(om)]
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59)
    return undefined
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  if (day < 1 || day > days) return undefined
  const millis = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const offset = (sign === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute) * 60_000
  // `Date.UTC` takes 0 to 99 for 1900 to 1999; such years are refused later anyway.
  return Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), millis) - offset
}
