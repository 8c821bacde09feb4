import { key } from './session.js'

const patienceMs = 15_000

/** An answer that is none, in words a person can do something with. `status` 0: nobody answered. */
export class Trouble extends Error {
  constructor(status, says, code) {
    super(says)
    this.status = status
    this.code = code
  }
}

/** A path below the API; members of `query` that are undefined or empty are left out. */
export function path(parts, query = {}) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.size === 0 ? '' : `?${search}`
  return `v1/${parts.map(encodeURIComponent).join('/')}${text}`
}

/**
 * One request, relative to where the page is. Throws Trouble, or AbortError when `signal` says so.
 *
 * @param {string} where
 * @param {{ method?: string, body?: object, signal?: AbortSignal, token?: string }} [more]
 */
export async function ask(where, { method = 'GET', body, signal, token = key() } = {}) {
  const late = AbortSignal.timeout(patienceMs)
  let response
  try {
    response = await fetch(where, {
      method,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
    })
    const answer = await response.json()
    if (response.ok) return answer
    throw new Trouble(response.status, words(response.status, answer), answer.code)
  } catch (error) {
    if (error instanceof Trouble || signal?.aborted) throw error
    if (response !== undefined)
      throw new Trouble(response.status, `The answer (${response.status}) could not be read. Is this the monitor?`)
    throw new Trouble(0, late.aborted ? slow : away)
  }
}

const away = 'The monitor does not answer. Check that it runs (rescind doctor says why not).'
const slow = `The monitor did not answer within ${patienceMs / 1000} s. It may be busy or stopping.`

function words(status, { detail, scope }) {
  const said = typeof detail === 'string' ? detail : `It answered ${status}.`
  if (status === 401) return `The key or token is not accepted: ${said} Sign in again with a fresh one.`
  if (status === 403 && scope !== undefined) return `${said} Ask whoever issues your token for it.`
  if (status === 429) return 'Too many requests. The page asks again more slowly.'
  if (status >= 500) return `The monitor is in trouble (${status}): ${said} Its log says more.`
  return said
}
