import { pathKinds, scratch } from './path-kinds.ts'

/** Where a path leads, as far as its text tells. */
export interface Landing {
  /** `inside` the roots (or no roots are known), in `scratch`, or `outside`. */
  in: 'inside' | 'outside' | 'scratch'
  /** What kind of place acts later or gives a right. */
  persistent?: string
}

const longest = 4096

/** `.`, `..`, `~`, backslashes, doubled slashes and file URLs made plain. Case is kept. */
export function normalPath(text: string, base = '', home = ''): string {
  let path = text
    .slice(0, longest)
    .trim()
    .replace(/^file:\/\/(?:localhost)?(?=\/)/i, '')
  if (/%[\da-f]{2}/i.test(path) && /^file:/i.test(text.trim())) path = decoded(path)
  path = path.replaceAll('\\', '/')
  if (/^\/[a-z]:\//i.test(path)) path = path.slice(1)
  path = path.replace(/^(?:\$\{?HOME\}?|%USERPROFILE%|\$env:USERPROFILE)(?=\/|$)/i, '~')
  if (path === '~' || path.startsWith('~/')) path = `${home === '' ? '~' : home.replaceAll('\\', '/')}${path.slice(1)}`
  const absolute = /^(?:\/|[a-z]:|~)/i.test(path)
  const whole = absolute || base === '' ? path : `${base}/${path}`
  const rooted = whole.startsWith('/')
  const steps: string[] = []
  for (const step of whole.split('/')) {
    if (step === '' || step === '.') continue
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop()
    else if (step !== '..' || !rooted) steps.push(step)
  }
  return `${rooted ? '/' : ''}${steps.join('/')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export interface Ground {
  roots: readonly string[]
  home?: string
  /** The folder that a call says it works in: it tells which file is meant. Where it lands it tells only beside known roots. */
  started?: string
  /** Where relative paths begin; absent: at the first root. */
  cwd?: string
}

/** The whole path of what `text` names; a relative one begins where the act does, at the first root where that is not known. */
export const absolutePath = (text: string, { roots, home, cwd, started }: Ground): string =>
  normalPath(text, normalPath(cwd ?? '', normalPath(started ?? roots[0] ?? '', '', home), home), home)

/** Where writing to `text` lands. A relative path that does not climb stays where it begins. */
export function landingOf(text: string, ground: Ground): Landing {
  const home = ground.home ?? ''
  const roots = ground.roots.map((root) => normalPath(root, '', home))
  const base = normalPath(ground.cwd ?? '', '', home)
  const path = normalPath(text, base === '' ? (roots[0] ?? '') : base, home)
  const low = path.toLowerCase()
  const persistent = pathKinds.find(({ pattern }) => pattern.test(low) || pattern.test(`${low}/`))?.kind
  const kind = persistent === undefined || (persistent === 'system program' && scratch.test(low)) ? {} : { persistent }
  const absolute = /^(?:\/|[a-z]:|~)/i.test(path)
  const under = (root: string) =>
    path === root ||
    path.startsWith(root === '/' ? '/' : `${root}/`) ||
    (/^[a-z]:/i.test(root) && low.startsWith(`${root.toLowerCase()}/`))
  if (roots.some(under)) return { in: 'inside', ...kind }
  if (scratch.test(low)) return { in: 'scratch', ...kind }
  if (roots.length === 0) return { in: path.startsWith('..') ? 'outside' : 'inside', ...kind }
  return { in: absolute || path.startsWith('..') ? 'outside' : 'inside', ...kind }
}

/** What kind of place that acts later a URL names, as the APIs of repositories have a file in their path. */
export function persistentAt(url: string): string | undefined {
  const [, path] = /^https?:\/\/[^/?#]+\/([^?#]{1,2000})/i.exec(url) ?? []
  return path === undefined ? undefined : landingOf(`./${decoded(path)}`, { roots: [] }).persistent
}
