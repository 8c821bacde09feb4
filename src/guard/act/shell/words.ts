import { aimsOf } from '../found/aims.ts'
import type { Call, Shell } from './shell.ts'

/** An option or a setting with its value in one word: `--to=x`, `-Dhost=x`, `NAME=x`. */
const joined = /^(?:-{1,2}|\/)?(?:[A-Za-z][\w.-]{0,60}=)?([A-Za-z][\w.-]{0,60})=(.+)$/s

/**
 * Whatever a program is: each word of it that is a URL, an address with a port, a path on another machine, an image with its registry or a
 * connection string is an aim, and so is a name of a host where its option says so. What the program’s own handler has told of is told.
 */
export function aimsAmong(call: Call, shell: Shell): void {
  const { found } = shell
  // An id is only what nobody knew better.
  const named = new Set(found.parts.filter((part) => part.kind !== 'id').map((part) => part.text))
  for (const [at, { text, output }] of call.args.entries()) {
    if (output || named.has(text)) continue
    const before = call.args[at - 1]?.text ?? ''
    const [, name = '', value] = joined.exec(text) ?? []
    if (value !== undefined && named.has(value)) continue
    const option = value === undefined && /^-/.test(before) && !before.includes('=') ? before.replace(/^-+/, '') : name
    for (const aim of [...aimsOf(text, option), ...(value === undefined ? [] : aimsOf(value, name))]) {
      if (named.has(aim.text)) continue
      found.part('destination', aim.kind, aim.text)
      found.adds = true
    }
  }
}
