import { RescindError } from '../errors.ts'

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
