import { wordsOf } from '../../errors.ts'

/** ClickHouse's own wording, so that its clients recognise the code and the type. */
export class EngineException extends Error {
  readonly status: number

  constructor(code: number, type: string, message: string, status?: number) {
    super(`Code: ${code}. DB::Exception: ${message}. (${type})`)
    this.name = 'EngineException'
    this.status = status ?? httpStatus(code)
  }
}

export const accessDenied = (what: string): EngineException =>
  new EngineException(497, 'ACCESS_DENIED', `Refused here: ${what}`)
export const badRequest = (what: string): EngineException => new EngineException(36, 'BAD_ARGUMENTS', what, 400)
export const syntaxError = (what: string): EngineException => new EngineException(62, 'SYNTAX_ERROR', what)

const statuses = new Map([
  [47, 404],
  [60, 404],
  [62, 400],
  [81, 404],
  [131, 413],
  [159, 408],
  [164, 403],
  [202, 503],
  [497, 403],
  [516, 401],
])
const httpStatus = (code: number): number => statuses.get(code) ?? 500

/** What goes over the wire for any thrown value. */
export function toWire(error: unknown): { code: number; status: number; message: string } {
  const text = wordsOf(error)
  const message = text.startsWith('Code: ') ? text : `Code: 1002. DB::Exception: ${text}. (UNKNOWN_EXCEPTION)`
  const code = Number(/^Code: (\d+)/.exec(message)?.[1] ?? 1002)
  return { code, status: error instanceof EngineException ? error.status : httpStatus(code), message }
}

/** How an error is told after the response has begun. */
export function midStream(error: unknown, tag: string): string {
  const message = `${toWire(error).message}\n`
  return `\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`
}
