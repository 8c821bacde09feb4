import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What the proxy does to one request. `cut`: the answer is lost, the request was carried out. `slow`: it is carried out
 * and the answer waits. `answer`: the server is not asked. Undefined: it goes through.
 */
export type Fault = { cut: true } | { slowMs: number } | { status: number; code: number; body: string } | undefined

/** An HTTP proxy between a client and a real server, which injects faults. It is not the server: what passes is real. */
export interface FaultProxy {
  url: string
  /** Asked for each request, with its path and query. */
  fault: (url: string) => Fault
  requests: number
  /** Connections are refused from here on, and open ones are cut. */
  leave(): Promise<void>
  /** Listens again, on the same port. */
  back(): Promise<void>
  close(): Promise<void>
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const server = createServer((asked, answer) => handle(asked, answer))
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  const leave = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  function handle(asked: IncomingMessage, answer: ServerResponse): void {
    proxy.requests++
    const fault = proxy.fault(asked.url ?? '/')
    if (fault !== undefined && 'status' in fault) {
      asked.resume()
      asked.on('end', () =>
        answer.writeHead(fault.status, { 'x-clickhouse-exception-code': String(fault.code) }).end(fault.body),
      )
      return
    }
    // The engine answers requests for loopback only, and the name stays loopback.
    const passed = request(new URL(asked.url ?? '/', target), { method: asked.method ?? 'GET', headers: asked.headers })
    passed.on('error', () => answer.destroy())
    passed.on('response', (response) => {
      if (fault !== undefined && 'cut' in fault) {
        response.resume()
        response.on('end', () => answer.destroy())
        return
      }
      const pass = () => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      }
      if (fault === undefined) pass()
      else setTimeout(pass, fault.slowMs).unref()
    })
    asked.pipe(passed)
  }

  await listen(0)
  const { port } = server.address() as AddressInfo
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    fault: () => undefined,
    requests: 0,
    leave,
    back: () => listen(port),
    close: leave,
  }
  return proxy
}
