import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Routes } from './context.ts'

/** Beside this file in the checkout and in the package: the build copies what is no TypeScript. */
const folder = new URL('../../console/', import.meta.url)

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Nothing but our own files, no inline code or style, no frame, no plug-in, no markup made from text. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), clipboard-read=()',
  'x-frame-options': 'DENY',
  // Asked again each time, answered with 304: a new release is there at once.
  'cache-control': 'no-cache',
}

interface File {
  type: string
  body: Buffer
  etag: string
}

function read(): ReadonlyMap<string, File> {
  const files = new Map<string, File>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const body = readFileSync(new URL(name.replaceAll('\\', '/'), folder))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    files.set(name.replaceAll('\\', '/'), { type, body, etag })
  }
  return files
}

/** GET / and /console/*: the page for people. Static and open; what it shows, it asks the API for with a token. */
export const consoleRoutes: Routes = (app) => {
  const files = read()

  const send = (name: string, request: FastifyRequest, reply: FastifyReply) => {
    const file = files.get(name)
    if (file === undefined) {
      reply.callNotFound()
      return reply
    }
    reply.headers(headers).header('etag', file.etag)
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
    return reply.type(file.type).send(file.body)
  }
  const config = { scope: 'open' } as const
  const schema = { hide: true }
  app.get('/', { config, schema, handler: (request, reply) => send('index.html', request, reply) })
  app.get<{ Params: { '*': string } }>('/console/*', {
    config,
    schema,
    handler: (request, reply) => send(request.params['*'], request, reply),
  })
}
