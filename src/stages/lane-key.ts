/**
 * The keys by which records find their state. Names in them come from callers, so two different names never make one key: where
 * one of them could be read in another way, the key is their JSON behind a NUL, with which no other key begins.
 */

/** Whether the text is the same after it went through UTF-8, which a half of a surrogate pair is not. */
const isPlain = (text: string): boolean => text.isWellFormed() && text.charCodeAt(0) !== 0

/** What belongs to a tenant: an agent, or the subject of another lane. */
export const agentKey = (tenant: string, agent: string): string =>
  isPlain(tenant) && !tenant.includes('/') && agent.isWellFormed()
    ? `${tenant}/${agent}`
    : `\u0000${JSON.stringify([tenant, agent])}`

/** The tenant and the name that a key was made of. */
export function namesOf(key: string): [tenant: string, agent: string] {
  if (key.charCodeAt(0) === 0) return JSON.parse(key.slice(1)) as [string, string]
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}

/** The tenant that a key was made of. */
export const ownerOf = (key: string): string => namesOf(key)[0]

export const tenantKey = (tenant: string): string => (isPlain(tenant) ? tenant : `\u0000${JSON.stringify([tenant])}`)

export const fleetKey = (tenant: string): string => agentKey(tenant, 'fleet')
export const cohortKey = (tenant: string, cohort: string): string => agentKey(tenant, `cohort:${cohort}`)
