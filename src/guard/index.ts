/**
 * What runs at an enforcement point, before the call: `const guard = await createGuard({ point, agent, monitor })`, then
 * `guard.before(call)` and `guard.after(check, result)` around each call. A check is local and synchronous.
 */
import { detectors as shipped } from '../../detectors/index.ts'
import { defaultPolicy, stamped } from '../policy/policy.ts'
import { type Knowledge, parseKnowledge } from '../protocol/knowledge.ts'
import { Guard } from './core/guard.ts'
import { type GuardLinks, noLinks } from './core/guard-links.ts'
import { LocalCore } from './core/local-core.ts'
import type { GuardOptions } from './core/types.ts'
import { warmUp } from './core/warm-up.ts'
import { Links } from './link/links.ts'
import { PointDirectory } from './link/point-directory.ts'

export type { Guard } from './core/guard.ts'
export type {
  Check,
  Fail,
  GuardCall,
  GuardOptions,
  GuardOutcome,
  GuardResult,
  GuardStats,
  MonitorOptions,
  Notice,
  TaskStart,
} from './core/types.ts'
export { digestOf } from './provenance/index.ts'

/**
 * Starts a guard. With a monitor it waits a moment for what that knows, and starts without it if need be; a monitor that turns
 * the key down is an error (API_UNAUTHORIZED, API_FORBIDDEN), and so is a spool that cannot be used (CONFIG_*).
 */
export async function createGuard(options: GuardOptions): Promise<Guard> {
  const { monitor, tenant = 'default', spool, now = Date.now } = options
  const onTrouble = (message: string, cause: unknown) => options.onNotice?.({ level: 'warn', message, cause })
  const directory = spool === undefined ? undefined : PointDirectory.open(spool.directory, options.point, onTrouble)
  const point = directory?.point ?? options.point
  const policy = stamped(options.policy ?? options.knowledge?.policy?.policy ?? defaultPolicy(), 0)
  const core = LocalCore.of(tenant, options.detectors ?? shipped, policy)
  let guard: Guard | undefined
  let links: GuardLinks & { start?(): Promise<void> }
  if (monitor === undefined) {
    links = noLinks(directory, () => ({ agent: options.agent, ...core.knowledge(options.agent) }))
    options.onNotice?.({ level: 'warn', message: 'no monitor: stand-alone, with local decisions only' })
  } else
    links = new Links({ ...options, monitor }, point, directory, {
      onKnown: (agent, known) => {
        core.know(agent, options.cohort, known, now())
        if (known.joinKey !== undefined) guard?.joinBy(known.joinKey)
      },
      // The table that was kept on disk speaks before there is a guard.
      onByHand: (command) => core.applyByHand(command, now()),
      onEnded: (command) => guard?.drop(command),
      onReleased: (command, about, verb) => {
        if (!core.takeBack(command, now())) guard?.release(command, about, verb)
      },
    })
  guard = new Guard({ ...options, point }, core, links)
  const { policy: known, ...knowledge } = options.knowledge ?? learnedAt(directory, options) ?? {}
  const isGiven = options.policy !== undefined || known === undefined
  core.know(options.agent, options.cohort, isGiven ? knowledge : { ...knowledge, policy: known }, now())
  for (const scope of options.scopes ?? []) core.declare(scope, now())
  try {
    await Promise.all([links.start?.(), warmUp(guard)])
  } catch (error) {
    await guard.close()
    throw error
  }
  return guard
}

/** Without a monitor the guard itself remembers from one run to the next; the policy is the present one. */
function learnedAt(
  directory: PointDirectory | undefined,
  { monitor, agent }: GuardOptions,
): Partial<Knowledge> | undefined {
  const kept = monitor === undefined ? directory?.learned() : undefined
  const parsed = parseKnowledge(kept)
  if ('faults' in parsed || (kept as { agent?: unknown }).agent !== agent) return undefined
  const { profile, acts, cost } = parsed.knowledge
  return { profile, acts, cost }
}
