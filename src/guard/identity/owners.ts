import type { Host } from './hosts.ts'
import { type Space, spaces, tenants } from './spaces.ts'

const byHost = new Map<string, Space>(spaces.flatMap((space) => space.hosts.map((host) => [host, space] as const)))
const parts = new Map(spaces.map((space) => [space, space.paths.map((path) => path.slice(1).split('/'))] as const))
const s3 = /^(?:([a-z0-9][a-z0-9.-]{1,62})\.)?s3(?:[.-][a-z0-9-]{1,40}){0,3}\.amazonaws\.com(?:\.cn)?$/

/** Whose space a URL is in, where many share its host; `path` begins with a slash, `search` with a question mark or is empty. */
export function ownerOf(host: Host, path: string, search: string): string | undefined {
  const { name } = host
  const space = byHost.get(name)
  if (space !== undefined) return inSpace(space, name, path, search)
  if (name.endsWith('.amazonaws.com') || name.endsWith('.amazonaws.com.cn')) {
    const found = s3.exec(name)
    const bucket = found === null ? undefined : (found[1] ?? segments(path)[0]?.toLowerCase())
    if (bucket !== undefined) return `s3/${bucket}`
  }
  if (name.endsWith('.storage.googleapis.com')) return `gs/${name.slice(0, -'.storage.googleapis.com'.length)}`
  if (host.isTenant) return host.site
  const tenant = tenants.find(
    (suffix) => name.endsWith(suffix) && name.charCodeAt(name.length - suffix.length - 1) === 0x2e,
  )
  return tenant === undefined ? undefined : name
}

function inSpace(space: Space, name: string, path: string, search: string): string | undefined {
  const service = space.as ?? name
  const given = segments(path)
  for (const template of parts.get(space) ?? []) {
    const kept = matched(template, given)
    if (kept !== undefined) return `${service}/${kept}`
  }
  if (space.query !== undefined && search !== '') {
    const asked = new URLSearchParams(search)
    for (const key of space.query) {
      const value = asked.get(key)
      if (value) return `${service}/${value.toLowerCase()}`
    }
  }
  return undefined
}

/** The kept part in lower case: names of owners have no case, and two ids never differ by case alone. */
function matched(template: readonly string[], given: readonly string[]): string | undefined {
  if (given.length < template.length) return undefined
  let kept: string | undefined
  for (const [i, part] of template.entries()) {
    const value = given[i] ?? ''
    if (part.startsWith(':')) kept = value
    else if (part !== '*' && part !== value) return undefined
  }
  return kept?.split(/%2f/i, 1)[0]?.toLowerCase()
}

const segments = (path: string): string[] => path.split('/', 12).filter((part) => part !== '')
