import { countrySpecs, isValidIBAN } from 'ibantools'
import type { Identity } from './types.ts'

/** An IBAN whose check digits hold, with or without its spaces. */
export function ibanOf(raw: string): Identity | undefined {
  if (raw.length < 15 || raw.length > 60) return undefined
  const bare = raw.replace(/[\s.-]/g, '').toUpperCase()
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(bare) && isValidIBAN(bare)
    ? { kind: 'iban', canonical: bare }
    : undefined
}

/** How long an IBAN of the country is; undefined where there are none. */
export const ibanLength = (country: string): number | undefined =>
  countrySpecs[country.toUpperCase()]?.chars ?? undefined

/**
 * A telephone number: `+` and digits, or digits alone where the country is not said. A trunk zero in brackets and an extension are no
 * part of it. Without `certain` only what is written as one counts: plain digits may be anything.
 */
export function phoneOf(raw: string, certain = false): Identity | undefined {
  const text = raw
    .replace(/^(?:tel|sms|callto|whatsapp):/i, '')
    .replace(/(?:;|,|\b(?:ext|extension|x)\b\.?).*$/i, '')
    .trim()
  if (text.length > 40 || !/^\(?\+?[\d (][\d ()./\u2010-\u2015-]*$/.test(text)) return undefined
  const isAbroad = /^\(?(?:\+|00[1-9])/.test(text)
  if (!certain && !isAbroad && !/^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/.test(text)) return undefined
  const digits = text
    .replace('(0)', '')
    .replace(/^\(?00/, '')
    .replace(/\D/g, '')
  if (digits.length < (certain ? 5 : 8) || digits.length > 15) return undefined
  return { kind: 'phone', canonical: isAbroad ? `+${digits}` : digits }
}

/** What people write before an account’s number. */
const label =
  /^(?:iban|acc(?:oun)?t|konto|cuenta|compte|cont[oa]|rekening|счет|счёт|账号|账户|口座)(?:[\s.-]{0,3}(?:no|nr|num(?:ber)?|nummer)\b)?[\s.:#=-]{0,4}(?=[A-Z]{0,2}\d)/i

const wallet =
  /^(?:0x[0-9a-f]{40}|(?:bc|tb|ltc)1[02-9ac-hj-np-z]{20,80}|[13][1-9a-hj-np-z]{25,34}|[rT][1-9a-hj-np-z]{25,34})$/i
/** How systems draw the ids of their records: nobody’s account, though it is called the id of one. */
const uuid = /^\{?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}?$/i
const looksLikeIban = /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/

/**
 * The number of an account: of a wallet, of a bank in the shape of an IBAN whose check digits do not hold, and with `certain` any
 * token that holds a digit. Spaces and dashes go, letters are capitals (a wallet keeps its own where case tells).
 */
export function accountOf(raw: string, certain = false): Identity | undefined {
  const text = raw.trim().replace(label, '')
  if (text.length < 4 || text.length > 100 || uuid.test(text)) return undefined
  if (wallet.test(text) && /\d/.test(text)) {
    const caseless = /^(?:0x|[a-z]{2,3}1)/i.test(text)
    return { kind: 'account', canonical: caseless ? text.toLowerCase() : text }
  }
  const bare = text.replace(/[\s./-]/g, '').toUpperCase()
  const digits = bare.replace(/\D/g, '').length
  if (looksLikeIban.test(bare) && digits >= 8) return { kind: 'account', canonical: bare }
  if (/^\d{8,20}$/.test(bare) && !/[./]/.test(text)) return { kind: 'account', canonical: bare }
  return certain && /^[A-Z0-9_]{4,64}$/.test(bare) && digits > 0 ? { kind: 'account', canonical: bare } : undefined
}
