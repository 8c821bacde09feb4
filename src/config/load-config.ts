import { Value } from 'typebox/value'
import { RescindError } from '../errors.ts'
import { faultsOf } from '../model/faults.ts'
import { envNames } from './env.ts'
import { isLoopback } from './loopback.ts'
import { Config, type Given } from './schema.ts'
import { sourceFaults } from './sources.ts'
import { readYaml } from './yaml-file.ts'

type Tree = { [name: string]: unknown }

export interface ConfigSources {
  /** A YAML file that must be there. Absent: `rescind.yaml` in the working directory, when it is there. */
  file?: string
  env?: Readonly<Record<string, string | undefined>>
  /** From the command line; wins over all. */
  overrides?: Given<Config>
}

/** File, then RESCIND_* variables, then the command line. Fails with CONFIG_INVALID naming each wrong value’s path. */
export function loadConfig({ file, env = {}, overrides = {} }: ConfigSources = {}): Config {
  const named = file ?? env.RESCIND_CONFIG
  const given: Tree = {}
  const origins = new Map<string, string>()
  merge(given, readYaml(named ?? 'rescind.yaml', named !== undefined), `in ${named ?? 'rescind.yaml'}`, origins)
  merge(given, fromEnv(env), 'from the environment', origins)
  merge(given, overrides as Tree, 'from the command line', origins)
  return checkConfig(given, (path) => origins.get(path))
}

/** Fills in the defaults and checks. */
export function checkConfig(given: unknown, originOf: (path: string) => string | undefined = () => undefined): Config {
  const filled = Value.Default(Config, structuredClone(given ?? {}))
  if (!Value.Check(Config, filled)) {
    const faults = faultsOf(Config, filled, 'config')
    const lines = faults.map(({ path, message }) => {
      const origin = originOf(path)
      return `${path}: ${message}${origin === undefined ? '' : ` (${origin})`}`
    })
    throw new RescindError('CONFIG_INVALID', lines.join('\n'), { data: { faults } })
  }
  if (filled.auth.issuer !== undefined && filled.auth.audience === undefined)
    throw invalid('auth.audience', 'is needed with auth.issuer; set it to the audience of your tokens')
  if (filled.auth.issuer === undefined && filled.auth.jwksUri !== undefined)
    throw invalid('auth.issuer', 'is needed with auth.jwksUri')
  const [fault] = sourceFaults(filled)
  if (fault !== undefined) throw invalid(fault.path, fault.message)
  if (!isLoopback(filled.http.host) && filled.auth.issuer === undefined && filled.auth.keysFile === undefined)
    throw new RescindError(
      'CONFIG_AUTH_REQUIRED',
      `http.host is ${filled.http.host}, which others can reach: set auth.issuer and auth.audience, or auth.keysFile, or listen on 127.0.0.1.`,
      { data: { path: 'auth.issuer' } },
    )
  return filled
}

const invalid = (path: string, message: string) =>
  new RescindError('CONFIG_INVALID', `${path}: ${message}`, { data: { faults: [{ path, message }] } })

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

function merge(into: Tree, from: unknown, origin: string, origins: Map<string, string>, path = ''): void {
  if (!isTree(from)) throw invalid(path === '' ? 'config' : path, `must be a group of named values (${origin})`)
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined || name === '__proto__') continue
    const here = path === '' ? name : `${path}.${name}`
    origins.set(here, origin)
    if (!isTree(value)) {
      into[name] = value
      continue
    }
    const held = into[name]
    const group: Tree = isTree(held) ? held : {}
    into[name] = group
    merge(group, value, origin, origins, here)
  }
}

const fileOnly = 'a list of groups of settings cannot come from the environment; put it into the configuration file'

/**
 * Kubernetes says of each service of a namespace where it is, in variables by its name: beside a service `rescind-http` a setting’s
 * name may stand with a value that nobody meant for us.
 */
function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name)) return !envNames.has(name)
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)
}

function fromEnv(env: Readonly<Record<string, string | undefined>>): Tree {
  const tree: Tree = {}
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('RESCIND_') || value === undefined) continue
    if (isServiceLink(name, value)) continue
    const leaf = envNames.get(name)
    if (leaf === undefined) {
      if ([...envNames].some(([known, { read }]) => read === undefined && name.startsWith(`${known}_`)))
        throw invalid(name, fileOnly)
      const group = /^RESCIND_[A-Z]+_/.exec(name)?.[0]
      // Other parts of the family (the guard, the command line) have variables of their own.
      if (group === undefined || ![...envNames.keys()].some((known) => known.startsWith(group))) continue
      throw invalid(
        name,
        `is not known. Known here: ${[...envNames.keys()].filter((k) => k.startsWith(group)).join(', ')}`,
      )
    }
    if (leaf.read === undefined) throw invalid(name, fileOnly)
    let at = tree
    for (const step of leaf.path.slice(0, -1)) {
      const held = at[step]
      const next: Tree = isTree(held) ? held : {}
      at[step] = next
      at = next
    }
    at[leaf.path.at(-1) ?? ''] = leaf.read(value)
  }
  return tree
}
