import type { Found } from '../found.ts'
import type { Ground } from '../paths.ts'
import { readShell } from '../shell/index.ts'

/** A command line that a database hands to the shell of its machine. */
export function runs(command: string, found: Found, ground: Ground): void {
  found.part('command', 'shell', command)
  readShell(command, found, ground)
}
