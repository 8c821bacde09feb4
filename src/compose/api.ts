import type { ApiParts } from '../api/server/context.ts'
import { closeApi, createApi } from '../api/server/create-api.ts'
import { notListening } from '../errors.ts'

/** How long requests in hand may take at a stop, ms. */
const closeGraceMs = 1500

/** The API where the configuration says. */
export async function serveApi(parts: ApiParts): Promise<{ url: string; close(): Promise<void> }> {
  const api = await createApi(parts)
  const { host, port } = parts.config.http
  const url = await api.listen({ host, port }).catch((error: unknown) => {
    throw notListening(error, host, port, 'http.host, http.port (--host, --port)')
  })
  return {
    url,
    async close() {
      await closeApi(api, closeGraceMs)
    },
  }
}
