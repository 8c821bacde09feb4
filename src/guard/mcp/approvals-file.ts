import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'

const maxBytes = 2 ** 20
/** Group and others may write. */
const writableByOthers = 0o022

/**
 * Ids of commands and held calls that a person let go, read anew for each call that is held: a person may have written to it
 * since. A file that is not the user’s own, or that others may write to, is no approval; `onRefused` is told once for each
 * reason.
 */
export function approvedIn(path: string, onRefused: (why: string) => void): (id: string) => boolean {
  const told = new Set<string>()
  const refuse = (why: string): false => {
    if (!told.has(why)) onRefused(`approvals in ${path} do not count: ${why}`)
    told.add(why)
    return false
  }
  return (id) => {
    let file: number
    try {
      file = openSync(path, 'r')
    } catch {
      return false
    }
    try {
      const { uid, mode, size } = fstatSync(file)
      const me = process.getuid?.()
      // Where files have no owners (Windows) their place is all there is.
      if (me !== undefined && uid !== me) return refuse('the file belongs to another user')
      if (me !== undefined && (mode & writableByOthers) !== 0) return refuse('others may write to it (chmod 600)')
      if (size > maxBytes) return refuse('it is too large')
      return readFileSync(file, 'utf8').split(/\s+/).includes(id)
    } catch {
      return false
    } finally {
      closeSync(file)
    }
  }
}
