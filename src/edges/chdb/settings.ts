import { badRequest, EngineException } from './exception.ts'
import type { Role } from './request.ts'

export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** Parameters of the HTTP interface that are no settings of a query, or that this interface fixes itself. */
const notSettings =
  /^(query|database|default_format|query_id|param_.*|user|password|session_id|session_timeout|session_check|role|compress|decompress|client_protocol_version|enable_http_compression|wait_end_of_query|http_.*|send_progress.*|buffer_size|quota_key|readonly|log_comment|network_.*)$/

/** What a reader may set; limits only downwards. */
const readerSettings = new Set([
  'max_execution_time',
  'max_result_rows',
  'max_result_bytes',
  'max_memory_usage',
  'max_threads',
  'max_rows_to_read',
  'result_overflow_mode',
  'limit',
  'offset',
  'extremes',
  'final',
  'join_use_nulls',
  'session_timezone',
  'date_time_input_format',
  'date_time_output_format',
  'output_format_json_quote_64bit_integers',
  'async_insert',
  'wait_for_async_insert',
  'input_format_skip_unknown_fields',
])

/** A reader's ceilings. */
export const limitsFor = (memoryBytes: number): Readonly<Record<string, number>> => ({
  max_execution_time: 30,
  max_memory_usage: Math.floor(memoryBytes / 2),
  max_result_bytes: 128 * 1024 * 1024,
  max_threads: 2,
})

/** The settings of one request as pairs for `SET`, `readonly` excepted: that one must come last. */
export function settingsOf(
  url: URL,
  role: Role,
  tag: string,
  limits: Readonly<Record<string, number>>,
): [name: string, value: string][] {
  const chosen = new Map<string, string>()
  if (role === 'reader') for (const [name, limit] of Object.entries(limits)) chosen.set(name, String(limit))
  for (const [name, value] of url.searchParams) {
    if (notSettings.test(name)) continue
    if (!/^\w+$/.test(name)) throw badRequest('The name of a setting is not a word')
    const limit = limits[name]
    if (role === 'writer') chosen.set(name, value)
    else if (!readerSettings.has(name))
      throw new EngineException(115, 'UNKNOWN_SETTING', `Setting ${name} is not allowed here`, 400)
    else if (limit === undefined) chosen.set(name, value)
    else {
      const asked = Number(value)
      chosen.set(name, String(asked > 0 && asked < limit ? asked : limit))
    }
  }
  chosen.set('log_comment', tag)
  return [...chosen]
}

/** Typed parameters; HTTP's text for them is already the engine's own escaped form. */
export function parametersOf(url: URL): [name: string, value: string][] {
  return [...url.searchParams].filter(([name]) => /^param_\w+$/.test(name))
}
