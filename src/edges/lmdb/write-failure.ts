import { statfs } from 'node:fs/promises'
import { RescindError, wordsOf } from '../../errors.ts'

/** Below this the disk counts as full, whatever the system called it. */
const leastFreeBytes = 16 * 1024 * 1024

/** A full disk is said apart from a broken one: room can be made and the same call may succeed later. */
export async function writeFailure(error: unknown, directory: string): Promise<RescindError> {
  if (error instanceof RescindError) return error
  const cause = await causeOf(error)
  const freeBytes = await free(directory)
  const message = wordsOf(cause)
  const isFull = /ENOSPC|EDQUOT|No space left|quota exceeded/i.test(message) || (freeBytes ?? Infinity) < leastFreeBytes
  return new RescindError(
    'LOG_WRITE_FAILED',
    isFull ? `The disk of ${directory} is full: ${message}` : `The log in ${directory} could not write: ${message}`,
    { retry: isFull ? 'later' : 'never', cause, data: { directory, freeBytes } },
  )
}

/** lmdb says only "Commit failed" and keeps the reason in a promise that rejects; left alone it would end the process. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error && error.commitError instanceof Promise)) return error
  try {
    await error.commitError
    return error
  } catch (cause) {
    return cause
  }
}

async function free(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  } catch {
    return undefined
  }
}
