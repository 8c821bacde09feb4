import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { RescindError, unreadableFile } from '../errors.ts'

/** The parsed text of a YAML or JSON file; an empty object when it may be absent and is. */
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
  try {
    // Aliases are resolved up to a limit, so that a small file does not become a huge one.
    return document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch {
    const what = 'an alias has no anchor, or there are too many. A text that begins with * stands in quotes'
    throw new RescindError('CONFIG_INVALID', `${file}: ${what}`, { data: { file } })
  }
}
