import { Readable, Writable } from 'node:stream'
import type { Guard } from '../core/guard.ts'
import { inSlices, practiceCall, practiceClock } from '../core/warm-up.ts'
import { Lines } from '../doors/stdio/lines.ts'
import { Session } from './session.ts'
import { Tools } from './tools/tools.ts'

const rounds = 500
/** Of processor time: on a busy machine it takes longer, but practises as much. */
const longestMs = 400
const sliceMs = 3

/**
 * Practises whole sessions while the server behind the guard starts, which takes longer: lines in and out, on a twin of
 * the guard and streams that lead nowhere. In slices, so that no message waits for long; ends as soon as `busy` says that
 * real calls have come.
 */
export async function warmUpSession(guard: Guard, busy: () => boolean): Promise<void> {
  const clock = practiceClock(rounds)
  const twin = guard.twin(clock.now)
  const client = new Lines(nothing(), nowhere())
  const server = new Lines(nothing(), nowhere())
  const session = new Session({
    guard: twin,
    tools: new Tools(),
    client,
    server,
    onTrouble: () => {},
    onTime: () => {},
  })
  const say = (side: Lines, message: object) => side.take(Buffer.from(`${JSON.stringify(message)}\n`))
  say(client, { jsonrpc: '2.0', id: 'list', method: 'tools/list', params: {} })
  say(server, { jsonrpc: '2.0', id: 'list', result: { tools: [] } })
  const began = process.cpuUsage()
  await inSlices(sliceMs, (n) => {
    const { task, intent, tool, args, text, isLast } = practiceCall(n)
    clock.step()
    const _meta = { 'rescind/task': task, 'rescind/intent': intent }
    say(client, { jsonrpc: '2.0', id: n, method: 'tools/call', params: { name: tool, arguments: args, _meta } })
    say(server, { jsonrpc: '2.0', id: n, result: { content: [{ type: 'text', text }] } })
    if (isLast) session.end()
    const { user, system } = process.cpuUsage(began)
    return n < rounds && user + system < longestMs * 1000 && !busy()
  })
}

const nothing = () => new Readable({ read() {} })
const nowhere = () =>
  new Writable({
    write(_chunk, _encoding, done) {
      done()
    },
  })
