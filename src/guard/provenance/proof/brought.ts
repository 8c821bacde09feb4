import type { Act, Part } from '../../act/index.ts'
import { identitiesIn } from '../../identity/index.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { isSought } from '../digests/keys.ts'
import { tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { findIdentity, findWords, isAskedIdentity } from '../values/lookup.ts'
import { standOf } from '../values/sightings.ts'
import { fileNameOf, isRead, isWritten, type Value } from '../values/values.ts'
import { isHandedOver, isProof } from './proof.ts'

/** Bounds of one look. */
const limits = { lines: 200, identities: 64, words: 64, places: 64, above: 32 } as const
/** A line of fewer words stands in any script. */
const telling = 3
/** Share of its lines from which on a script is a copy. */
const most = 0.75
/** What a build, test or package tool takes its orders from, in the folder where it is started. */
const orders =
  /^(?:gnu)?makefile$|^(?:package|composer|deno|turbo|nx|project)\.json$|^(?:pyproject|cargo|pipfile|mise|uv)(?:\.toml)?$|^(?:setup|tox|pytest|mypy)\.(?:py|cfg|ini)$|^(?:conftest|noxfile|manage|tasks)\.py$|^build\.(?:rs|gradle(?:\.kts)?|xml|zig|sh)$|^(?:cmakelists\.txt|pom\.xml|gemfile|rakefile|justfile|taskfile\.ya?ml|dockerfile|(?:docker-)?compose\.ya?ml|vagrantfile)$|\.config\.[cm]?[jt]s$|^\.[\w-]+rc(?:\.[cm]?js)?$/i
/** Source text that a test runner or loader finds by itself. */
const code =
  /\.(?:[cm]?[jt]sx?|py|rb|pl|php|lua|sh|bash|zsh|ps1|go|rs|java|kt|c|cc|cpp|swift|ex|exs|so|dll|dylib|jar|wasm)$/i

/** `curl … | sh`, `sh -c "$(curl …)"`, `eval "$(wget …)"`, `iex (iwr …)`. */
const fetchesAndRuns =
  /\b(?:curl|wget|fetch|iwr|irm|invoke-webrequest)\b[^|]{0,400}\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:\/[\w/]*\/)?(?:(?:ba|z|da|k|c|fi|a)?sh|python\d?|node|perl|ruby|php|pwsh|iex)\b|(?:\bsh\b|\beval\b|\bsource\b)[^|]{0,40}[$<]\(\s*(?:curl|wget)\b|\biex\b.{0,40}(?:iwr|irm|downloadstring)/i

/**
 * How paths are remembered that hold somebody else’s orders: the path itself; a folder with all below it, which ends in a slash; a folder
 * in or below which something lies that is run with it, with two.
 */
const placesOf = (path: string, isSpoken: boolean, seed: Seed): number[] => {
  const isFolder = path.endsWith('/')
  const bare = isFolder ? path.slice(0, -1) : path
  const digests = [digestOfWord(bare, seed)]
  if (isFolder) digests.push(digestOfWord(`${bare}/`, seed))
  else if (orders.test(fileNameOf(bare))) digests.push(digestOfWord(`${bare.slice(0, bare.lastIndexOf('/'))}//`, seed))
  else if (isSpoken && code.test(bare))
    for (const above of foldersOf(bare)) digests.push(digestOfWord(`${above}//`, seed))
  return digests
}

/** The folders above a path, the nearest first. */
function* foldersOf(path: string): Generator<string> {
  let at = path.lastIndexOf('/')
  for (let n = 0; at > 0 && n < limits.above; n++, at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at)
}

/** A file or folder that was brought, or lies in one. */
function isBrought({ brought, seed }: Memory, path: string): boolean {
  if (brought.size === 0) return false
  const bare = path.replace(/\/$/, '')
  if (brought.has(digestOfWord(bare, seed)) || brought.has(digestOfWord(`${bare}/`, seed))) return true
  for (const above of foldersOf(bare)) if (brought.has(digestOfWord(`${above}/`, seed))) return true
  return false
}

/** What an act runs that somebody else may have written, and the request does not name. */
export const runsBrought = (memory: Memory, { runs = [] }: Act): boolean =>
  runs.some(
    (path) =>
      (isBrought(memory, path) || memory.brought.has(digestOfWord(`${path}//`, memory.seed))) &&
      !memory.request.words.has(digestOfWord(fileNameOf(path).toLowerCase(), memory.seed)),
  )

/**
 * The places, as digests, where an act leaves what is not the agent’s own: brought from where nothing vouches for, copied or made from
 * what was brought, or written down as a text dictated it.
 */
export function broughtBy(memory: Memory, act: Act, values: readonly Value[]): number[] {
  const { brings = [], reads = [], writes = [] } = act
  const isSpoken = values.some((v) => v.found.spoken)
  const found: number[] = []
  const add = (path: string, speaks: boolean) => found.push(...placesOf(path, speaks, memory.seed))
  if (brings.length > 0 && !isVouchedFor(memory, values)) for (const path of brings) add(path, isSpoken)
  const sources = reads.filter((path) => isBrought(memory, path))
  for (const from of sources)
    for (const to of writes) {
      add(to, memory.isSpoken)
      // Into a folder it goes under its own name.
      add(`${to.replace(/\/$/, '')}/${fileNameOf(from)}`, memory.isSpoken)
      if (memory.brought.has(digestOfWord(`${from}/`, memory.seed))) add(`${to.replace(/\/$/, '')}/`, memory.isSpoken)
    }
  if (
    writes.length > 0 &&
    sources.length === 0 &&
    (holdsDictation(memory, act.parts) || fetchesTheirs(memory, act.parts))
  )
    for (const path of writes) add(path, false)
  return found.slice(0, limits.places)
}

/** An order among what is written fetches from where only text of others leads, and runs it at once. */
const fetchesTheirs = (memory: Memory, parts: readonly Part[]): boolean =>
  parts.some(
    ({ role, text }) =>
      role === 'payload' &&
      text
        .slice(0, 65_536)
        .split('\n')
        .filter((line) => fetchesAndRuns.test(line.slice(0, 2000)))
        .slice(0, limits.lines)
        .flatMap((line) => identitiesIn(line.slice(0, 2000)))
        .slice(0, limits.identities)
        .some((identity) => {
          if (!isSought(identity) || isAskedIdentity(memory, identity)) return false
          const found = findIdentity(memory, identity)
          return isWritten(standOf(found)) && !isHandedOver(memory, { found, identity }, 'execution')
        }),
  )

/** Each place that it comes from has proof; or the agent knew it itself, and nothing that it has read had something to hide. */
function isVouchedFor(memory: Memory, values: readonly Value[]): boolean {
  const from = values.filter((v) => v.part.role === 'destination' && v.leads)
  return from.length === 0
    ? !memory.isSpoken
    : from.every(
        (v) => isProof(memory, v, 'execution') || (!isWritten(v.stand) && (isRead(v.stand) || !memory.isSpoken)),
      )
}

/** It holds an aim that stood only where a text speaks to the model, or is for the most part a copy of such a text or of a page that only text led to. */
function holdsDictation(memory: Memory, parts: readonly Part[]): boolean {
  const fetched = { ...memory, readings: memory.readings.filter((reading) => reading.untrusted) }
  if (!memory.isSpoken && fetched.readings.length === 0) return false
  let looked = 0
  let lines = 0
  let copied = 0
  for (const { role, text } of parts) {
    if (role !== 'payload' && role !== 'command') continue
    if (memory.isSpoken)
      for (const identity of identitiesIn(text)) {
        if (!isSought(identity) || isAskedIdentity(memory, identity)) continue
        if (++looked > limits.identities) break
        if (findIdentity(memory, identity).spoken) return true
      }
    for (const line of text.split('\n')) {
      const tokens = tokensOf(line).slice(0, limits.words)
      if (tokens.length < telling || lines >= limits.lines) continue
      lines++
      if (findWords(memory, tokens).spoken || standOf(findWords(fetched, tokens)) !== 'none') copied++
    }
  }
  return copied > 0 && copied >= lines * most
}
