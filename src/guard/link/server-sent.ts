import { EventFields, type ServerSent } from '../net/event-fields.ts'

/** Most characters of one event: a page of a table is far below. */
const maxEvent = 16 * 2 ** 20

/** Reads the events of a stream. `onBytes` is told of every piece, comments too: the stream lives. */
export async function* serverSent(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<ServerSent> {
  const decoder = new TextDecoder()
  const fields = new EventFields()
  let rest = ''
  for await (const chunk of body) {
    onBytes()
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = fields.line(line)
      if (event !== undefined) yield event
    }
    if (rest.length + fields.size > maxEvent) throw new Error('an event of the decision stream is too long')
  }
}
