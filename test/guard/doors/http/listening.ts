import { createGuard, type GuardOptions } from '../../../../src/guard/index.ts'
import { type ProxyOptions, runProxy } from '../../../../src/guard/mcp/proxy.ts'
import { Tools } from '../../../../src/guard/mcp/tools/tools.ts'

/** A guard that listens; resolves when it does. */
export async function listening(server: ProxyOptions['server'], options: Partial<GuardOptions> = {}) {
  const guard = await createGuard({ point: 'p1', agent: 'a1', ...options })
  const stop = new AbortController()
  let ready: (url: string) => void = () => {}
  const url = new Promise<string>((resolve) => {
    ready = resolve
  })
  const ended = runProxy({
    guard,
    tools: new Tools(),
    server,
    port: 0,
    signal: stop.signal,
    onTrouble: (message) => {
      if (message.startsWith('listening on ')) ready(message.slice('listening on '.length))
    },
  })
  return {
    guard,
    url: await url,
    async close() {
      stop.abort()
      await ended
      await guard.close()
    },
  }
}
