import { userInfo } from 'node:os'

/** Who runs this: the name that the system knows, else its number, as in a container whose user has no name. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
