import { STATUS_CODES } from 'node:http'
import { type ErrorCode, errorCodes, RescindError } from '../../errors.ts'

/** RFC 9457, with our stable code. */
export interface Problem {
  /** Names the code; nothing has to be there. */
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  /** Path of what is wrong in the request, where known. */
  field?: string
  [member: string]: unknown
}

const statuses: Partial<Record<ErrorCode, number>> = {
  API_UNAUTHORIZED: 401,
  API_FORBIDDEN: 403,
  API_INVALID: 400,
  API_NOT_FOUND: 404,
  API_TOO_LARGE: 413,
  API_OVERLOADED: 429,
  API_ELSEWHERE: 503,
  HISTORY_UNAVAILABLE: 503,
  LOG_UNREACHABLE: 503,
  LOG_WRITE_FAILED: 503,
  LOG_CLOSED: 503,
}

export interface Extra {
  /** When it is not the code’s usual one. */
  status?: number
  field?: string
  retry?: 'never' | 'later'
  cause?: unknown
  /** Further members of the problem. */
  members?: Readonly<Record<string, unknown>>
}

/** An error that a route throws; it leaves as a problem. */
export function refusal(code: ErrorCode, detail: string, extra: Extra = {}): RescindError {
  const { status, field, members, retry, cause } = extra
  return new RescindError(code, detail, {
    ...(retry === undefined ? {} : { retry }),
    ...(cause === undefined ? {} : { cause }),
    data: {
      ...(status === undefined ? {} : { status }),
      ...(field === undefined ? {} : { field }),
      ...(members === undefined ? {} : { members }),
    },
  })
}

/** What fastify itself refuses, in our codes. */
const foreign: Readonly<Record<number, ErrorCode>> = {
  401: 'API_UNAUTHORIZED',
  403: 'API_FORBIDDEN',
  404: 'API_NOT_FOUND',
  413: 'API_TOO_LARGE',
  429: 'API_OVERLOADED',
  503: 'API_OVERLOADED',
}

/** The problem of any error. What is not ours and not the caller’s fault is told without its words. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RescindError) {
    const { status = statuses[error.code] ?? 500, field, members } = error.data
    const known = typeof status === 'number' ? status : 500
    return {
      ...problem(error.code, known, known === 500 ? errorCodes[error.code] : error.message),
      ...(typeof field === 'string' ? { field } : {}),
      ...(typeof members === 'object' ? members : {}),
    }
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 400 && status < 500 && error instanceof Error)
    return problem(foreign[status] ?? 'API_INVALID', status, error.message)
  return problem('BUG_STATE', 500, errorCodes.BUG_STATE)
}

const problem = (code: ErrorCode, status: number, detail: string): Problem => ({
  type: `https://rescind.dev/problems/${code.toLowerCase().replaceAll('_', '-')}`,
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: shown(detail),
  code,
})

/** What was sent may come back in it: nothing that steers a terminal, breaks a line or turns the text. */
const shown = (detail: string): string => detail.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·')
