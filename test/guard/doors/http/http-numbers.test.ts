import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { listening } from './listening.ts'

const numbers = '{"id":12345678901234567890,"price":1.10,"e":1E5,"z":-0,"f":0.1234567890123456789}'

/** An HTTP server that keeps the bodies it was sent, and answers with numbers as a stream or as JSON. */
async function server() {
  const bodies: string[] = []
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk
    if (request.method !== 'POST') {
      response.writeHead(405).end()
      return
    }
    bodies.push(body)
    const id = /"id":("[^"]*"|\d+)/.exec(body)?.[1]
    const answer = body.includes('"initialize"')
      ? `{"jsonrpc":"2.0","id":${id},"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"n","version":"1"}}}`
      : `{ "jsonrpc":"2.0",\r\n "id":${id},"result":{"content":[],"structuredContent":${numbers}}}`
    if (id === undefined) response.writeHead(202).end()
    else if (body.includes('as-stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`: hello\r\n\r\nevent: message\r\ndata: ${answer.replaceAll('\r\n', '\r\ndata: ')}\r\n\r\n`)
    } else response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { bodies, url: new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`), http }
}

test('numbers go both ways over HTTP by their very digits', async () => {
  const { bodies, url, http } = await server()
  const guard = await listening({ url })
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const post = async (body: string) => {
    const response = await fetch(guard.url, { method: 'POST', headers, body })
    const session = response.headers.get('mcp-session-id')
    if (session !== null) headers['mcp-session-id'] = session
    return response.text()
  }
  await post('{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-06-18"}}')
  await post('{"jsonrpc":"2.0","method":"notifications/initialized"}')
  for (const name of ['get_json', 'get_as-stream']) {
    const call = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${name}",\n"arguments":${numbers}}}`
    expect(await post(call)).toContain(`"structuredContent":${numbers}`)
    expect(bodies.at(-1)).toBe(call.replace('\n', ' '))
  }
  await guard.close()
  http.closeAllConnections()
  http.close()
})
