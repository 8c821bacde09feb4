import type { Survey } from './json-rpc/json-text.ts'
import type { Id, Message } from './json-rpc/message.ts'
import { type Fault, readText } from './json-rpc/read-text.ts'

/** What arrives at a side. `raw` is its text, in one line; `headers` those of the request that carried it. */
export interface Arrival {
  message: Message
  raw?: string
  survey?: Survey
  headers?: Readonly<Record<string, unknown>>
  /** The request on whose stream it came, where the transport says so. */
  related?: Id
  /** When its text was whole, before it was parsed; of `performance.now()`. */
  began?: number
}

/** One side of the guard: the client’s or the server’s. Each door is one, whatever carries its messages. */
export interface Side {
  start(): Promise<void>
  /**
   * Sends a message, as `raw` where it came as text. `related`: the request it belongs to. Errors go to `onError`. `gone` is told
   * when it has left, or cannot any more.
   */
  send(message: Message, raw?: string, related?: Id, gone?: () => void): void
  close(): Promise<void>
  onArrival: (arrival: Arrival) => void
  /** Text that is no message. It is not passed on: what one reader cannot read another may take for two messages. */
  onGarbage: (text: string) => void
  /** A message past a limit. */
  onFault: (fault: Fault) => void
  onClosed: () => void
  onError: (error: Error) => void
}

/** What a side has before anybody listens to it. */
export abstract class Handlers {
  onArrival: Side['onArrival'] = () => {}
  onGarbage: Side['onGarbage'] = () => {}
  onFault: Side['onFault'] = () => {}
  onClosed: Side['onClosed'] = () => {}
  onError: Side['onError'] = () => {}
}

/** Hands on what a text holds. */
export function handOn(
  text: string,
  how: Pick<Arrival, 'headers' | 'related' | 'began'>,
  to: Pick<Side, 'onArrival' | 'onFault' | 'onGarbage'>,
): void {
  for (const each of readText(text))
    if (each.kind === 'message') to.onArrival({ ...how, message: each.message, raw: each.raw, survey: each.survey })
    else if (each.kind === 'fault') to.onFault(each)
    else to.onGarbage(each.text)
}
