import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { benign } from './places.ts'
import { parts } from './world.ts'

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** The web of the benchmark: an HTTP proxy on this machine that answers for all hosts from `worlds/site.txt`. */
export async function openSite(): Promise<{ url: string; close: () => void }> {
  const pages = parts(readFileSync(join(benign, 'worlds/site.txt'), 'utf8'))
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const posted = request.method === 'POST'
      const fields = new URLSearchParams(Buffer.concat(chunks).toString())
      const page = pages.get(`${posted ? 'POST ' : ''}${request.url}`)
      const body = (page ?? '<h1>404 Not Found</h1>').replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
        escaped(fields.get(name) ?? ''),
      )
      const title = /<h1>([^<]*)/.exec(body)?.[1] ?? ''
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(`<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}
