import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { messages, packages } from '../../../formats/kit/tool-name/nouns.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import type { ToolSide } from '../roles/roles.ts'
import { heads } from './by-schema.ts'
import type { DeclaredProperty } from './schema.ts'

/** `emailId`, `message_ids`: it says which message. */
const isMessageId = (name: string): boolean => {
  const [head, of = ''] = wordsOf(name).map(singular).reverse()
  return head === 'id' && messages.has(of)
}

/** What is known of a tool before the roles of its arguments are. */
export function sideOf(sink: Sink, name: string, text: string, properties: readonly DeclaredProperty[]): ToolSide {
  const words = wordsOf(name)
  const names = heads(properties)
  const spaced = text.replaceAll('_', ' ')
  return {
    sink,
    sql:
      words.some((word) =>
        /^(?:sql|query|queries|statement|database|db|sqlite|duckdb|postgres|mysql|rows?|table)$/.test(word),
      ) &&
      /\b(?:sql|sqlite\d?|duckdb|postgres(?:ql)?|mysql|mariadb|bigquery|snowflake|clickhouse|database)\b/i.test(
        spaced,
      ) &&
      (names.size === 0 || ['query', 'sql', 'statement'].some((each) => names.has(each))),
    fetches: words.some((word) =>
      /^(?:clone|download|fetch|import|pull|crawl|scrape|navigate|install|load|browser|open|goto|visit)$/.test(word),
    ),
    packages: (sink === 'execution' || sink === 'persistence') && new Nouns(words).in(packages) !== undefined,
    mails:
      properties.some(({ name }) => isMessageId(name)) ||
      (new Nouns(words).in(messages) !== undefined && ['to', 'cc', 'bcc', 'recipient'].some((word) => names.has(word))),
    shell: /\b(?:shell|bash|terminal|command|process|cmd|powershell)\b/i.test(spaced),
  }
}
