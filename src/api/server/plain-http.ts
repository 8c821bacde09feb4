import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refusal } from './problem.ts'

/** Levels of nesting that a JSON body may have. */
const maxLevels = 64

/** What every request must be and every answer carries, whatever the route. */
export function plainHttp(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => mustNameOneHost(request))
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(answerHeaders)) if (!reply.hasHeader(name)) reply.header(name, value)
  })
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (isDeeper(body, maxLevels))
      return done(refusal('API_INVALID', `The body is nested more than ${maxLevels} levels deep.`, { field: 'body' }))
    return parse(request, body, done)
  })
}

/** An answer is what it says, and for whoever asked. A route may say otherwise of caching. */
export const answerHeaders = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const

/** Node takes the first of several; a proxy before us may have taken another one. */
function mustNameOneHost({ raw: { rawHeaders, headers } }: FastifyRequest): void {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++
  if (hosts > 1 || headers.host?.trim() === '')
    throw refusal('API_INVALID', 'The Host header must name one host, once.', { field: 'headers.host' })
}

/** By its brackets alone, before anything is made of it: what walks a value later cannot run out of stack. */
export function isDeeper(json: string, levels: number): boolean {
  let depth = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (inText) {
      if (code === 0x5c) i++
      else if (code === 0x22) inText = false
    } else if (code === 0x22) inText = true
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > levels) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}
