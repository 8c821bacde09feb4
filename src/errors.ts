/**
 * Every error that leaves this project. Codes are stable: docs/errors.md describes each, and a test checks both ways.
 * CONFIG_* fail at start and name the path of what is wrong.
 */
export const errorCodes = {
  CONFIG_FILE_UNREADABLE: 'A configuration or policy file cannot be read.',
  CONFIG_INVALID: 'A configuration or policy value is wrong; the message names its path.',
  CONFIG_AUTH_REQUIRED: 'Listening beyond loopback needs an issuer for bearer tokens, or a file of keys.',
  LOG_LOCKED: 'Another process has the data directory open.',
  LOG_TOPIC_MISMATCH: 'A topic exists with other settings.',
  LOG_TOPIC_UNKNOWN: 'A topic was used before it was created.',
  LOG_CLOSED: 'The log was used after it was closed.',
  LOG_UNREACHABLE: 'No broker of the cluster answers.',
  LOG_CLIENT_UNFIT: 'The Kafka client is not the one that this version patches.',
  LOG_READ_FAILED: 'Records could not be read any more.',
  LOG_WRITE_FAILED: 'A record could not be made durable.',
  HISTORY_UNAVAILABLE: 'The history store does not answer.',
  HISTORY_ENGINE_MISSING: 'The embedded history engine is not installed for this machine.',
  HISTORY_MIGRATION_FAILED: 'The history schema could not be brought up to date.',
  CHANNEL_UNREACHABLE: 'An enforcement channel does not answer.',
  MONITOR_UNREACHABLE: 'The monitor does not answer.',
  GUARD_UPSTREAM_FAILED: 'The MCP server behind the guard could not be started or reached.',
  API_UNAUTHORIZED: 'No valid bearer token was given.',
  API_FORBIDDEN: 'The token lacks the scope of this route.',
  API_INVALID: 'The request is wrong; the message names the field.',
  API_NOT_FOUND: 'There is no such record.',
  API_TOO_LARGE: 'The body is over the limit.',
  API_ELSEWHERE: 'The agent is with another instance, which does not answer; try again later.',
  API_OVERLOADED: 'Too many requests or open streams; try again later.',
  BUG_STATE: 'A state that must not happen; please report it.',
} as const satisfies Record<string, string>

export type ErrorCode = keyof typeof errorCodes

export class RescindError extends Error {
  readonly code: ErrorCode
  /** Whether the same call may succeed later. */
  readonly retry: 'never' | 'later'
  readonly data: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { retry?: 'never' | 'later'; cause?: unknown; data?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'RescindError'
    this.code = code
    this.retry = options.retry ?? 'never'
    this.data = options.data ?? {}
  }
}

/** CONFIG_FILE_UNREADABLE: why a file cannot be read. */
export const unreadableFile = (file: string, cause: unknown): RescindError =>
  new RescindError('CONFIG_FILE_UNREADABLE', `${file} cannot be read: ${wordsOf(cause)}`, { cause, data: { file } })

const ofDisk =
  /ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOTDIR|EEXIST|EFBIG|EIO|no space left|permission denied|read-only|file too large|quota|not a directory/i

/** What a start on a directory ends with: that it cannot be written is an error like any other of the configuration. */
export function asUnwritable(setting: string, directory: string, error: unknown): unknown {
  if (error instanceof RescindError || !ofDisk.test(wordsOf(error))) return error
  return new RescindError(
    'CONFIG_FILE_UNREADABLE',
    `${setting}: ${directory} cannot be written: ${wordsOf(error)}. Make room there, give the right to write, or name another directory.`,
    { cause: error, data: { directory } },
  )
}

/** Reads what an option names; what is wrong with the file is said of the option. */
export function forOption<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RescindError) || error.code !== 'CONFIG_FILE_UNREADABLE') throw error
    throw new RescindError(error.code, `${option}: ${error.message}. Give the path of a file that you may read.`, error)
  }
}

/** CONFIG_INVALID: what is wrong in a file, a line for each path. */
export const invalidFile = (file: string, faults: readonly { path: string; message: string }[]): RescindError =>
  new RescindError('CONFIG_INVALID', faults.map(({ path, message }) => `${file}: ${path}: ${message}`).join('\n'), {
    data: { file, faults },
  })

/** What an error says; whatever was thrown. Of several that are one, the first: Node says nothing of its own then. */
export const wordsOf = (error: unknown): string =>
  error instanceof AggregateError && error.message === ''
    ? wordsOf(error.errors[0])
    : error instanceof Error
      ? error.message
      : String(error)

/** An error and what it was wrapped around, from the outside in. */
export function* causesOf(error: unknown): Generator<Error> {
  for (let e = error; e instanceof Error; e = e.cause) yield e
}

/** Why an address cannot be listened on, with the setting that mends it; other errors stay as they are. */
export function notListening(error: unknown, host: string, port: number, setting: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const why =
    code === 'EADDRINUSE'
      ? `port ${port} of ${host} is taken by another process`
      : code === 'EACCES'
        ? `port ${port} is not for this user`
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? `${host} is no address of this machine`
          : undefined
  if (why === undefined) return error
  return new RescindError('CONFIG_INVALID', `${setting}: ${why}. Give another one; port 0 takes a free one.`, {
    cause: error,
  })
}
