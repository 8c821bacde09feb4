import { wordsOf } from '../errors.ts'
import type { Fault } from '../model/faults.ts'
import type { Config } from './schema.ts'

type Source = Config['sources'][number]

const security = ['caFile', 'certFile', 'keyFile', 'saslMechanism', 'username', 'password'] as const
/** RFC 3339 with a zone: a time that means another hour on another machine is none. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** What the schema cannot say of sources; the first fault of each. */
export function sourceFaults({ sources, kafka }: Config): Fault[] {
  const names = new Set<string>()
  const faults: Fault[] = []
  for (const [at, source] of sources.entries()) {
    const fault = faultOf(source, kafka.brokers.length > 0)
    if (fault !== undefined) faults.push({ path: `sources.${at}.${fault.path}`, message: fault.message })
    else if (names.has(source.name))
      faults.push({ path: `sources.${at}.name`, message: `"${source.name}" is another source’s name already` })
    names.add(source.name)
  }
  return faults
}

function faultOf(source: Source, hasCluster: boolean): Fault | undefined {
  const { brokers, topics, pattern, from } = source
  if (brokers === undefined) {
    if (!hasCluster)
      return { path: 'brokers', message: 'is missing: kafka.brokers is empty, so there is no cluster to fall back on' }
    const own = source.tls ? 'tls' : security.find((name) => source[name] !== undefined)
    if (own !== undefined)
      return { path: own, message: 'needs brokers beside it; without them the cluster is reached as `kafka` says' }
  }
  if ((topics === undefined) === (pattern === undefined))
    return { path: 'topics', message: 'give topics, or a pattern: one of both' }
  if (pattern !== undefined)
    try {
      new RegExp(pattern)
    } catch (error) {
      return { path: 'pattern', message: wordsOf(error) }
    }
  if (from !== 'earliest' && from !== 'latest' && !(time.test(from) && Number.isFinite(Date.parse(from))))
    return {
      path: 'from',
      message: `must be earliest, latest or a time with its zone, such as 2026-11-21T08:00:00Z; found ${JSON.stringify(from)}`,
    }
  for (const partitions of Object.values(source.offsets ?? {}))
    for (const partition of Object.keys(partitions))
      if (!/^\d+$/.test(partition))
        return { path: 'offsets', message: `partitions are whole numbers; found ${JSON.stringify(partition)}` }
  return undefined
}
