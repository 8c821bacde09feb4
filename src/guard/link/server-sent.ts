/** One event of a server-sent stream (WHATWG HTML, section 9.2). */
export interface ServerSent {
  id: string | undefined
  event: string
  data: string
}

/** Most characters of one event: a page of a table is far below. */
const maxEvent = 16 * 2 ** 20

/** Reads the events of a stream. `onBytes` is told of every piece, comments too: the stream lives. */
export async function* serverSent(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<ServerSent> {
  const decoder = new TextDecoder()
  let rest = ''
  let id: string | undefined
  let event = ''
  let data: string[] = []
  let size = 0
  for await (const chunk of body) {
    onBytes()
    rest += decoder.decode(chunk, { stream: true })
    if (rest.length > maxEvent) throw new Error('an event of the decision stream is too long')
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, event: event || 'message', data: data.join('\n') }
        event = ''
        data = []
        size = 0
        continue
      }
      const colon = line.indexOf(':')
      if (colon === 0) continue
      const field = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
      size += value.length
      if (size > maxEvent) throw new Error('an event of the decision stream is too long')
      if (field === 'data') data.push(value)
      else if (field === 'event') event = value
      else if (field === 'id' && !value.includes('\u0000')) id = value
    }
  }
}
