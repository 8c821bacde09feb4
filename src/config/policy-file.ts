import { watch } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { type AnyDetector, optionFaults } from '../detect/define.ts'
import { invalidFile } from '../errors.ts'
import { type Fault, unknownName } from '../model/faults.ts'
import { type Policy, parsePolicy, policyVersion } from '../policy/policy.ts'
import { makeOf } from './file-make.ts'
import { readYaml } from './yaml-file.ts'

/** Whose modes and options a policy may set: all that run here. */
type Known = readonly Pick<AnyDetector, 'id' | 'options'>[]

/** Reads and checks a policy file. CONFIG_FILE_UNREADABLE, or CONFIG_INVALID naming file and path. */
export function loadPolicy(file: string, detectors: Known): Policy {
  const parsed = parsePolicy(readYaml(file, true))
  const faults =
    'faults' in parsed
      ? parsed.faults
      : [
          ...patternFaults(parsed.policy),
          ...strangerFaults(parsed.policy, detectors),
          ...detectors.flatMap((each) => optionFaults(each, parsed.policy.detectors[each.id]?.options)),
        ].slice(0, maxFaults)
  if ('policy' in parsed && faults.length === 0) return parsed.policy
  throw invalidFile(file, faults)
}

/** What is said of a detector that is not here would change nothing, without a word. */
function strangerFaults({ detectors, allow }: Policy, known: Known): Fault[] {
  const ids = known.map(({ id }) => id)
  const named = [
    ...Object.keys(detectors).map((id) => ({ id, path: `detectors.${id}` })),
    ...allow.flatMap(({ detector: id }, at) => (id === undefined ? [] : [{ id, path: `allow.${at}.detector` }])),
  ]
  return named.filter(({ id }) => !ids.includes(id)).map(({ id, path }) => ({ path, message: unknownName(id, ids) }))
}

/** Rules whose pattern no guard could use. The engine is loaded only where a rule has one. */
function patternFaults({ sanitise }: Policy): Fault[] {
  const faults: Fault[] = []
  for (const [i, { pattern }] of sanitise.entries()) {
    if (pattern === undefined) continue
    const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js')
    try {
      RE2JS.compile(pattern)
    } catch (error) {
      const message = error instanceof Error ? error.message : 'is no RE2 pattern'
      faults.push({ path: `sanitise.${i}.pattern`, message: message.slice(0, 200) })
    }
  }
  return faults
}

/** Told of one file at once. */
const maxFaults = 20
const quietMs = 100

/**
 * Calls `onChange` with each new policy in the file until the returned function is called. A file that is wrong goes to
 * `onFault` and changes nothing: the last good policy stays. `current` is the one in force at the call.
 */
export function watchPolicy(
  file: string,
  current: Policy,
  detectors: Known,
  onChange: (policy: Policy) => void,
  onFault: (error: unknown) => void,
): () => void {
  let version = policyVersion(current)
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    timer = undefined
    try {
      const policy = loadPolicy(file, detectors)
      const next = policyVersion(policy)
      if (next === version) return
      version = next
      onChange(policy)
    } catch (error) {
      onFault(error)
    }
  }
  let seen: string | undefined
  // The directory, not the file: editors and Kubernetes put a new file in its place. What else changes there is none of ours.
  const watcher = watch(dirname(file), { persistent: false }, () => {
    const now = makeOf(file)
    if (now === seen) return
    seen = now
    clearTimeout(timer)
    timer = setTimeout(look, quietMs)
  })
  watcher.on('error', onFault)
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
