import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { DetectorList } from '../api/read/detectors.ts'
import { type KeyLine, readKeys } from '../api/server/keys-file.ts'
import { localKeyFile } from '../api/server/local-key.ts'
import { detectorsWith } from '../compose/flow.ts'
import { loadConfig } from '../config/load-config.ts'
import { loadPolicy } from '../config/policy-file.ts'
import { wordsOf } from '../errors.ts'
import { call, connection, dataDirectory, givenUrl, readiness } from './client.ts'
import { colors, type Output, plain } from './output.ts'

interface Check {
  name: string
  ok: boolean
  /** A fault stops the monitor; a remark only takes something away. */
  grave: boolean
  says: string
}

/** `rescind doctor`: what would keep a monitor from running well here, each with its remedy. */
export async function doctor(options: { data?: string; config?: string; url?: string }, out: Output): Promise<void> {
  const checks: Check[] = []
  let data = dataDirectory(options.data)
  let keysFile: string | undefined
  const look = async (name: string, grave: boolean, what: () => string | Promise<string>) => {
    try {
      checks.push({ name, ok: true, grave, says: await what() })
    } catch (error) {
      checks.push({ name, ok: false, grave, says: wordsOf(error) })
    }
  }
  await look('node', true, () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    if (major < 20 || (major === 20 && minor < 19))
      throw new Error(`${process.version} is too old: 20.19 or newer is needed`)
    return process.version
  })
  await look('configuration', true, () => {
    const config = loadConfig({ ...(options.config === undefined ? {} : { file: options.config }), env: process.env })
    data = options.data ?? config.data
    keysFile = config.auth.keysFile
    if (config.policy !== undefined) loadPolicy(config.policy, detectorsWith())
    return config.policy === undefined ? 'defaults, default policy' : `policy ${config.policy} is sound`
  })
  await look('data directory', true, () => {
    if (!existsSync(data)) return `${data} will be made at the first start`
    accessSync(data, constants.W_OK)
    return `${data} is writable`
  })
  await look('free space', true, () => {
    const { bavail, bsize } = statfsSync(existsSync(data) ? data : '.')
    const gib = (Number(bavail) * bsize) / 2 ** 30
    if (gib < 1) throw new Error(`only ${gib.toFixed(1)} GiB are free: the log and history need room`)
    return `${gib.toFixed(0)} GiB`
  })
  await look('history engine', false, () => {
    createRequire(import.meta.url).resolve('chdb')
    return 'the embedded ClickHouse engine is installed'
  })
  await look('local key', false, () => {
    const path = localKeyFile(data)
    if (!existsSync(path)) return 'made at the first start'
    if ((statSync(path).mode & 0o077) !== 0) throw new Error(`${path} can be read by others: chmod 600 ${path}`)
    return `${path} is private`
  })
  if (keysFile !== undefined) {
    const path = keysFile
    await look('keys', false, () => keysWords(readKeys(path, undefined), path))
  }
  await look('monitor', false, async () => {
    const to = connection({ ...options, data })
    const there = await readiness(to)
    if (there === undefined)
      throw new Error(
        `none answers at ${to.url}${givenUrl(options) === undefined ? '; start one with: rescind start' : ''}`,
      )
    if (!there.ready)
      throw new Error(`${to.url} answers but is not ready: ${there.trouble ?? 'its log takes no writes'}`)
    await call(to, 'GET', '/v1/agents?limit=1')
    return `${to.url} is ready and takes your key; history is ${there.history}`
  })
  // Said only of a monitor that answers.
  if (checks.at(-1)?.ok === true)
    await look('detectors', false, async () =>
      sightWords(await call<DetectorList>(connection({ ...options, data }), 'GET', '/v1/detectors')),
    )
  const ok = checks.every((c) => c.ok || !c.grave)
  out.answer({ ok, checks }, () =>
    checks
      .map(
        (c) =>
          `${c.ok ? colors.green('✓') : c.grave ? colors.red('✗') : colors.yellow('!')} ${c.name.padEnd(15)} ${c.says.replaceAll('\n', `\n${' '.repeat(18)}`)}`,
      )
      .join('\n'),
  )
  if (!ok) process.exitCode = 1
}

/** Fails with the keys that speak for whatever nobody else owns. */
function keysWords(keys: readonly KeyLine[], path: string): string {
  const may = ({ scopes }: KeyLine, ...any: string[]) =>
    [...any, 'rescind.admin'].some((scope) => scopes.includes(scope))
  const unbound = keys.flatMap((key) => {
    const lacks = [
      ...(may(key, 'rescind.ingest', 'rescind.declare') && key.speaks.agents === undefined ? ['agents='] : []),
      ...(may(key, 'rescind.enforce') && key.speaks.points === undefined ? ['points='] : []),
    ]
    return lacks.length === 0 ? [] : [`${plain(key.name)} (${lacks.join(' ')})`]
  })
  if (unbound.length > 0)
    throw new Error(`${path}: not bound to what they may speak for: ${unbound.join(', ')}. See docs/security.md`)
  return `${several(keys.length, 'key')}, each bound to what it may speak for`
}

const several = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`

/** Which detectors see nothing of which agents, and why; fails with it where there are any. */
function sightWords({ detectors, scanned }: DetectorList): string {
  const troubles = detectors
    .filter(({ enabled }) => enabled)
    .flatMap(({ id, blind, benched }) => [
      ...(benched === 0
        ? []
        : [`${id} failed at ${several(benched, 'agent')} and is not asked there any more: see the log`]),
      ...blind.map(
        ({ missing, agents, some }) =>
          `${id} is blind for ${agents} of ${several(scanned, 'agent')} (${plain(some.slice(0, 3).join(', '), 120)}${agents > 3 ? ', …' : ''}): none of their events held ${plain(missing.join(', '), 120)}`,
      ),
    ])
  if (troubles.length > 0) throw new Error(troubles.join('\n'))
  return scanned === 0 ? 'no agent has acted yet' : `each sees something of ${several(scanned, 'agent')}`
}
