/** Longest value whose shape is looked at; what is longer is text. */
const longest = 2048

const mailbox = /^(?:mailto:)?(?:[^<>@\n]{0,100}<)?[^\s@<>,;:"()]{1,128}@[^\s@<>,;()]{1,253}>?$/i
const url = /^[a-z][a-z\d+.-]{1,20}:\/\/\S+$/i
const bareHost = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}\p{L}{2,24}(?::\d{1,5})?(?:[/?#]\S*)?$/u
const ip = /^(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?$/
const iban = /^[a-z]{2}\d{2}(?:\s?[a-z\d]){11,30}$/i
const phone = /^\+\d[\d\s()/.-]{5,20}$/
const path = /^(?:~?[/\\]|\.{1,2}[/\\]|[a-z]:[/\\]|\\\\)/i
const fileName = /^[\w .@()+-]+(?:[/\\][\w .@()+-]+)*\.[a-z\d]{1,8}$/i
const fileEnd =
  /\.(?:txt|md|json|ya?ml|toml|js|mjs|ts|tsx|jsx|py|rb|go|rs|java|c|h|cpp|cs|php|sh|html?|css|csv|tsv|xml|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|log|lock|cfg|conf|ini|sql|db|zip|gz|tar|env|ipynb)$/i

const handle = /^@[\p{L}\p{N}_][\p{L}\p{N}_.-]{1,63}$/u
const channel = /^#[\p{L}_][\p{L}\p{N}_]*-[\p{L}\p{N}_-]{1,78}$/u

export type Shape = 'mailbox' | 'url' | 'host' | 'account' | 'phone' | 'path' | 'handle' | 'channel'

/** What a whole value looks like, where it can be told without knowing what it is for. */
export function shapeOf(text: string): Shape | undefined {
  const value = text.trim()
  if (value === '' || value.length > longest) return undefined
  if (url.test(value)) return /^file:/i.test(value) ? 'path' : 'url'
  if (mailbox.test(value)) return 'mailbox'
  if (phone.test(value)) return 'phone'
  if (handle.test(value)) return 'handle'
  if (channel.test(value)) return 'channel'
  if (path.test(value)) return 'path'
  if (ip.test(value)) return 'host'
  if (bareHost.test(value) && !fileEnd.test(value)) return /[/?#]/.test(value) ? 'url' : 'host'
  if (iban.test(value) && /\d{4}/.test(value.slice(2))) return 'account'
  return value.length <= 512 && fileName.test(value) ? 'path' : undefined
}

/** A dot within a name, as in those that people have with a service and in those of files: what it is for decides. */
export const isDotted = (text: string): boolean =>
  /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+$/u.test(text.trim()) && !fileEnd.test(text.trim())

/** Names a set of things by a pattern: `*.log`, `logs/**`, `%`. */
export const isWildcard = (text: string): boolean =>
  text.length <= longest && /[*]|^\s*(?:%|all|everything)\s*$/i.test(text)

/** Several mailboxes in one text; undefined where it is not only that. */
export function mailboxList(text: string): string[] | undefined {
  if (text.length > 65_536 || !/@[^@]*[,;][^@]*@/.test(text.slice(0, longest))) return undefined
  const pieces = text
    .split(/[,;\n]/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
  return pieces.every((piece) => piece.length <= 512 && mailbox.test(piece)) ? pieces : undefined
}
