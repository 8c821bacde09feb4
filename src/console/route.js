/** Where the page is: `#/agents/ID?tenant=T&…`. Filters are part of it, so that a link shows the same; the key never is. */

/** The parts and the query of an address; a broken one is the list of agents. */
export function here(hash = location.hash) {
  const [way = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  try {
    const parts = way.split('/').filter((part) => part !== '')
    const [page = 'agents', ...rest] = parts.map(decodeURIComponent)
    return {
      page,
      id: rest.length === 0 ? undefined : rest.join('/'),
      query: Object.fromEntries(new URLSearchParams(search)),
    }
  } catch {
    return { page: 'agents', id: undefined, query: {} }
  }
}

/** The address of a page, of the same tenant unless the query says another. */
export function to(page, id, query = {}) {
  const tenant = here().query.tenant
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...(tenant === undefined ? {} : { tenant }), ...query }))
    if (value !== undefined && value !== '') search.set(name, value)
  return `#/${page}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search.size === 0 ? '' : `?${search}`}`
}

/** Changes the query of the present address without another step in the history. */
export function refine(changes) {
  const { page, id, query } = here()
  history.replaceState(null, '', to(page, id, { ...query, ...changes }))
}
