import { statSync } from 'node:fs'

/** What tells one file under this name from the next; empty while there is none to look at. */
export function makeOf(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return ''
  }
}
