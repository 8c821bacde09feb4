import { maxBatch, maxDepth, maxMessage } from '../limits.ts'
import type { Overlong } from '../stdio/line-splitter.ts'
import { inOneLine, type Survey, surveyOf, withExactNumbers } from './json-text.ts'
import { type Id, idOf, isObject, type Message } from './message.ts'

/** A message as it came. */
export interface ReadMessage {
  kind: 'message'
  message: Message
  /** Its text, in one line: what is sent on. */
  raw: string
  survey: Survey
}

/** What is not passed on, and as far as known who waits for it. */
export interface Fault {
  kind: 'fault'
  why: string
  id?: Id
  /** It has a method. */
  asks: boolean
  /** It has a result or an error. */
  answers: boolean
}

/** No JSON, or none that is a message. */
export interface Garbage {
  kind: 'garbage'
  text: string
}

/** Reads a text as the message that it is, or the messages of a batch (older protocol versions): each by itself, so that none goes by unseen. */
export function readText(text: string): (ReadMessage | Fault | Garbage)[] {
  if (/^\s*$/.test(text)) return []
  const survey = surveyOf(text)
  let value: unknown
  try {
    value = JSON.parse(withExactNumbers(text, survey))
  } catch {
    return [{ kind: 'garbage', text }]
  }
  if (Array.isArray(value)) return readBatch(text, survey)
  if (!isObject(value)) return [{ kind: 'garbage', text }]
  if (survey.depth > maxDepth) return [faultOf(value, `more than ${maxDepth} levels of JSON`)]
  return [{ kind: 'message', message: value, raw: inOneLine(text, survey), survey }]
}

function readBatch(text: string, { elements }: Survey): (ReadMessage | Fault | Garbage)[] {
  if (elements.length / 2 > maxBatch)
    return [{ kind: 'fault', why: `more than ${maxBatch} messages in a batch`, asks: false, answers: false }]
  const read: (ReadMessage | Fault | Garbage)[] = []
  for (let i = 0; i < elements.length; i += 2) {
    const each = text.slice(elements[i], elements[i + 1])
    // A batch within a batch is no message.
    if (/^\s*\[/.test(each)) read.push({ kind: 'garbage', text: each })
    else read.push(...readText(each))
  }
  return read
}

export const tooLong = `a message of more than ${maxMessage / 2 ** 20} MiB`

export function faultOf(message: Message, why: string): Fault {
  const id = idOf(message)
  const answers = 'result' in message || 'error' in message
  return { kind: 'fault', why, asks: typeof message.method === 'string', answers, ...(id === undefined ? {} : { id }) }
}

/** Whoever waits for an overlong line, as far as its two ends tell. */
export function overlong({ head, tail = '' }: Overlong): Fault {
  const first = /^\s*\{[^{}[\]]*?"id"\s*:\s*("[^"\\]{0,200}"|-?\d{1,17})\s*,/.exec(head)?.[1]
  const last = /,\s*"id"\s*:\s*("[^"\\]{0,200}"|-?\d{1,17})\s*\}\s*$/.exec(tail)?.[1]
  const found = first ?? last
  const asks = /"method"\s*:/.test(head) || /"method"\s*:/.test(tail)
  const fault = faultOf(found === undefined ? {} : { id: JSON.parse(found) }, tooLong)
  return { ...fault, asks, answers: !asks }
}
