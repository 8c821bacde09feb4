import { type Ground, landingOf } from '../files/paths.ts'
import type { Found } from '../found/found.ts'
import type { Token } from './tokens.ts'

/** How far a call is from the path that it takes, in tokens. */
const reach = { back: 14, on: 10 } as const
/** Calls by which a file comes to hold something else, in whatever library. */
const writes =
  /^(?:write\w*|append\w*|\w*put_?contents|output\w*|dump\w*|save\w*|copy\w*|cp\w*|move\w*|mv|rename\w*|symlink\w*|link\w*|touch|spit|create\w*|replace\w*|truncate\w*|unlink\w*|to_(?:csv|json|html|parquet|excel|yaml|text))$/i
const opens = /^(?:open\w*|fopen|File|fdopen)$/i
/** The mode in which a file is opened to be changed. */
const mode = /^[rbtU]*[wax+][bt+x]*$/
const joins = /^(?:join\w*|Path|PurePath|PosixPath|resolve|normalize)$/

/** Where code writes to a place that acts later by itself: the path stands with the call that writes, whatever the language. */
export function writesOf(tokens: readonly Token[], found: Found, ground: Ground): void {
  for (const [at, { kind }] of tokens.entries()) {
    if (kind !== 'text') continue
    const { path, end } = pathAt(tokens, at)
    if (path.length > 1024 || /\n/.test(path) || landingOf(path, ground).persistent === undefined) continue
    if (isWritten(tokens, at, end)) found.write(path, ground)
  }
}

/** A path that is put together from steps: `join('a', 'b')`, `Path('a') / 'b'`. */
function pathAt(tokens: readonly Token[], at: number): { path: string; end: number } {
  let path = tokens[at]?.value ?? ''
  let end = at
  const isJoined = tokens[at - 1]?.value === '(' && joins.test(tokens[at - 2]?.value ?? '')
  const mark = (i: number) => (tokens[i]?.kind === 'mark' ? (tokens[i]?.value ?? '') : '')
  for (let i = 0; i < 16; i++) {
    const from = mark(end + 1) === ')' && mark(end + 2) === '/' ? end + 2 : end + 1
    const isStep = mark(from) === '/' || (isJoined && mark(from) === ',')
    const next = tokens[from + 1]
    if (!isStep || next?.kind !== 'text') break
    path = `${path.replace(/\/$/, '')}/${next.value}`
    end = from + 1
  }
  return { path, end }
}

function isWritten(tokens: readonly Token[], at: number, end: number): boolean {
  const isCalled = (i: number) => tokens[i]?.kind === 'name' && tokens[i + 1]?.value === '('
  let depth = 0
  // The calls in whose brackets it stands.
  for (let i = at - 1; i >= Math.max(0, at - reach.back); i--) {
    const value = tokens[i]?.kind === 'mark' ? tokens[i]?.value : undefined
    if (value === ';') break
    if (value === ')') depth++
    if (value !== '(') continue
    if (--depth >= 0) continue
    depth = 0
    const name = tokens[i - 1]
    if (name?.kind !== 'name') continue
    if (writes.test(name.value)) return true
    if (opens.test(name.value) && hasMode(tokens, end)) return true
  }
  // What is called on it: `Path('a').write_text(…)`, `open('a').…`.
  for (let i = end + 1; i <= end + reach.on; i++) {
    if (tokens[i]?.value === ';' || tokens[i]?.kind === 'text') break
    if (!isCalled(i) || tokens[i - 1]?.value !== '.') continue
    const { value = '' } = tokens[i] ?? {}
    if (writes.test(value)) return true
    if (opens.test(value) && hasMode(tokens, i + 1)) return true
  }
  return false
}

/** A mode follows: `, 'w'`, `), mode='w'`. */
function hasMode(tokens: readonly Token[], end: number): boolean {
  for (let i = end + 1; i <= end + 6; i++) {
    const token = tokens[i]
    if (token === undefined || token.value === ';') return false
    if (token.kind === 'text') return mode.test(token.value)
  }
  return false
}
