import { aimsOf } from '../found/aims.ts'
import type { Found } from '../found/found.ts'
import { functionEffect } from './effects.ts'
import type { Token } from './words.ts'

/** Statements whose literals are data: what they find, change or write down. */
const ofData =
  /^(?:select|with|values|insert|replace|upsert|update|delete|merge|explain|show|describe|desc|comment|table|begin|commit|rollback|prepare|execute|do|pragma|set|analyze)$/
/** Functions that open what their argument names: a file of the server, a share, a URL, an object in a bucket. */
const opens =
  /^(?:load_file|bfilename|lo_import|st_read|glob|url|file|s3|gcs|hdfs|azure\w*|remote\w*|cluster\w*|mysql|postgresql|mongodb|redis|jdbc|odbc|http\w*|(?:\w+_)?(?:read|scan|sniff)(?:_\w+)?|from_url|openrowset|infile)$/i
/** What opens a table that is a function: `FROM read_csv(…)`, `INTO FUNCTION url(…)`. */
const taking = /^(?:from|join|lateral|apply|function|using)$/i
/** What an option of a statement is called that says where. */
const where = /(?:host|server|address|endpoint|url|uri|location|connection|datasource|dsn|dataset|provider)/i

/**
 * Where one statement reaches beyond its database: what its functions open, and, where it does not only find or change rows, each
 * literal that leads outside (`CREATE SERVER … OPTIONS (host '…')`, `ATTACH '…'`, `CONNECTION 'host=…'`).
 */
export function readAims(tokens: readonly Token[], found: Found): void {
  const isOfData = ofData.test(tokens[0]?.text.toLowerCase() ?? '')
  /** For each open bracket: whether what stands in it is opened. */
  const calls: boolean[] = []
  for (const [at, { kind, text }] of tokens.entries()) {
    const before = tokens[at - 1]
    if (text === '(' && kind === 'mark') {
      const name = before?.kind === 'word' ? (before.text.split('.').at(-1) ?? '') : ''
      const isTable = taking.test(tokens[at - 2]?.text ?? '') && name !== ''
      const reaches = name !== '' && (isTable || opens.test(name) || functionEffect(before?.text ?? '') !== undefined)
      calls.push(reaches || calls.at(-1) === true)
    } else if (text === ')' && kind === 'mark') calls.pop()
    else if (kind === 'string' && (!isOfData || calls.at(-1) === true || taking.test(before?.text ?? '')))
      for (const aim of aimsOf(text.replaceAll('\\\\', '\\'), optionOf(tokens, at))) {
        found.part('destination', aim.kind, aim.text)
        if (aim.kind === 'host' || !/^https?:/i.test(aim.text)) found.adds = true
      }
  }
}

/** The name before a literal that says what it is: `host '…'`, `MASTER_HOST = '…'`, `dblink('…')`. */
function optionOf(tokens: readonly Token[], at: number): string {
  for (let i = at - 1; i >= Math.max(0, at - 3); i--) {
    const { text, kind } = tokens[i] ?? { text: '', kind: 'mark' }
    if (kind === 'word') return where.test(text) ? 'host' : text
    if (text !== '=' && text !== '(' && text !== ':') return /^remote/i.test(tokens[i - 1]?.text ?? '') ? 'host' : ''
  }
  return ''
}
