import { RescindError } from '../../src/errors.ts'

/** The error of ours with which something fails. */
export function failure(run: () => unknown): RescindError {
  try {
    run()
  } catch (error) {
    if (error instanceof RescindError) return error
    throw error
  }
  throw new Error('it did not fail')
}
