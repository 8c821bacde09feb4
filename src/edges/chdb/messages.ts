/** What parent and child tell each other over the IPC channel. Tokens travel here: arguments and environment are public. */
export interface EngineConfig {
  directory: string
  port: number
  memoryMiB: number
  minFreeMiB: number
  writerToken: string
  readerToken: string
}

export interface EngineWarning {
  code: 'engine-restarted' | 'engine-down' | 'disk-low' | 'disk-ok' | 'parts-detached'
  /** In words, for a person. */
  message: string
}

export type EngineMessage =
  | { type: 'ready'; port: number; version: string }
  | { type: 'failed'; reason: 'missing' | 'locked' | 'port' | 'other'; message: string }
  | { type: 'warning'; warning: EngineWarning }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export function isConfig(value: unknown): value is EngineConfig {
  return (
    isObject(value) &&
    ['directory', 'writerToken', 'readerToken'].every((key) => typeof value[key] === 'string') &&
    ['port', 'memoryMiB', 'minFreeMiB'].every((key) => Number.isSafeInteger(value[key]))
  )
}

export function isMessage(value: unknown): value is EngineMessage {
  if (!isObject(value)) return false
  if (value.type === 'ready') return typeof value.port === 'number' && typeof value.version === 'string'
  if (value.type === 'failed') return typeof value.reason === 'string' && typeof value.message === 'string'
  return value.type === 'warning' && isObject(value.warning) && typeof value.warning.message === 'string'
}
