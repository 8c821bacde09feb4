import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { RescindError, unreadableFile } from '../errors.ts'

/**
 * The parsed text of a YAML or JSON file; an empty object when it may be absent and is. One that is there and says nothing is a
 * fault: a write that was cut off must not pass for “all by default”. Who means that writes {}.
 */
export function readYaml(file: string, required: boolean): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (!required && error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw unreadableFile(file, error)
  }
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  // Its first line says what and where; then comes the text of the file, in which a password may stand.
  if (error !== undefined) {
    const [what = ''] = error.message.split('\n')
    throw new RescindError('CONFIG_INVALID', `${file}: ${what.replace(/:$/, '')}`, { data: { file } })
  }
  let value: unknown
  try {
    // Aliases are resolved up to a limit, so that a small file does not become a huge one.
    value = document.toJS({ maxAliasCount: 100 })
  } catch {
    const what = 'an alias has no anchor, or there are too many. A text that begins with * stands in quotes'
    throw new RescindError('CONFIG_INVALID', `${file}: ${what}`, { data: { file } })
  }
  if (value === null || value === undefined)
    throw new RescindError(
      'CONFIG_INVALID',
      `${file}: is empty, or holds comments only. Write {} where every default is meant.`,
      { data: { file } },
    )
  return value
}
