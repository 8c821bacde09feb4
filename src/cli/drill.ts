import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { compose } from '../compose/compose.ts'
import { checkConfig } from '../config/load-config.ts'
import { wordsOf } from '../errors.ts'
import { createGuard, type Guard } from '../guard/index.ts'
import type { Command } from '../model/command.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Policy } from '../policy/policy.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import { createLogger, createMetrics } from '../telemetry.ts'
import { type Connection, call, connection, givenUrl, query, readiness, type Where } from './client.ts'
import { colors, type Output, plain } from './output.ts'
import { programName } from './program-name.ts'

/** One step of the path, with its time since the drifting event was accepted. */
export interface DrillStep {
  step: 'accepted' | 'finding' | 'command' | 'applied' | 'denied'
  atMs: number
  says: string
}

export interface DrillResult {
  ok: boolean
  timeToDenyMs: number | null
  steps: DrillStep[]
  tenant: string
  /** The synthetic agent that drifted, and the command against it. */
  agent?: string
  command?: string
  /** Why it did not pass. */
  why?: string
}

/** The drill has a tenant of its own: nothing of it touches what is real. */
export const drillTenant = 'drill'
const patienceMs = 15_000

/** `rescind drill`: against the running monitor, or, when none answers, against one made for the purpose. */
export async function drill(options: Where & { tenant?: string }, out: Output, signal: AbortSignal): Promise<void> {
  const to = connection(options)
  const tenant = options.tenant ?? drillTenant
  // What answers at a guessed address and has no key of ours is another’s monitor.
  const there = givenUrl(options) === undefined && to.key === undefined ? undefined : await readiness(to)
  let result: DrillResult
  if (there?.ready === true) result = await runDrill(to, { tenant, signal })
  else if (there !== undefined)
    result = failed(tenant, `the monitor at ${to.url} is not ready: ${there.trouble ?? 'its log takes no writes'}`)
  else if (givenUrl(options) !== undefined) result = failed(tenant, `no monitor answers at ${to.url}`)
  else {
    out.say(colors.dim('No monitor is running here: drilling a temporary one.'))
    result = await withTemporary((temporary) => runDrill(temporary, { tenant, signal }))
  }
  out.answer(result, () => drillLines(result).join('\n'))
  if (!result.ok) process.exitCode = 1
}

async function withTemporary(work: (to: Connection) => Promise<DrillResult>): Promise<DrillResult> {
  const data = mkdtempSync(join(tmpdir(), 'rescind-drill-'))
  try {
    const config = checkConfig({ data, http: { port: 0 }, history: { enabled: false } })
    const running = await compose(config, createLogger('error'), createMetrics({ processMetrics: false }))
    try {
      const { key } = connection({ url: running.url, data })
      return await work({ url: running.url, key })
    } finally {
      await running.close()
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

const failed = (tenant: string, why: string, steps: DrillStep[] = []): DrillResult => ({
  ok: false,
  timeToDenyMs: null,
  steps,
  tenant,
  why,
})

interface Run {
  to: Connection
  tenant: string
  id: string
  credential: { id: string }
  signal: AbortSignal
}

/**
 * Two guards, two agents, one credential. Each agent alone looks ordinary; only the monitor sees that the credential is
 * shared. Passes when the thief’s next call is denied at its guard by the monitor’s command. Never throws; an aborted one
 * has not passed.
 */
export async function runDrill(
  to: Connection,
  { tenant = drillTenant, signal }: { tenant?: string; signal: AbortSignal },
): Promise<DrillResult> {
  const id = randomUUID().slice(0, 8)
  const run: Run = { to, tenant, id, credential: { id: `drill-credential-${id}` }, signal }
  const guards: Guard[] = []
  const steps: DrillStep[] = []
  try {
    const why = await unable(run)
    if (why !== undefined) return failed(tenant, why)
    guards.push(await guardOf(run, 'owner'))
    const thief = await guardOf(run, 'thief')
    guards.push(thief)
    return await walk(run, thief, steps)
  } catch (error) {
    const why = signal.aborted ? 'it was stopped' : wordsOf(error)
    return failed(tenant, why, steps)
  } finally {
    await Promise.all(guards.map((guard) => guard.close()))
  }
}

/** Why the policy in force there would let the thief go on, if it would. */
async function unable({ to, tenant, signal }: Run): Promise<string | undefined> {
  const path = query('/v1/agents/drill/knowledge', { tenant })
  const known = await call<{ policy: { policy: Policy } }>(to, 'GET', path, undefined, signal)
  const { mode, detectors } = known.policy.policy
  const own = detectors['shared-credential']
  const effective = own?.enabled === false ? 'off' : (own?.mode ?? mode)
  if (mode === 'enforce' && effective === 'enforce') return undefined
  const what = mode === 'enforce' ? `shared-credential is ${effective}` : `its mode is ${mode}`
  return `the policy in force enforces nothing that the drill shows: ${what}`
}

const guardOf = ({ to, tenant, id, credential }: Run, name: string): Promise<Guard> =>
  createGuard({
    point: `drill-guard-${name}-${id}`,
    agent: `drill-${name}-${id}`,
    tenant,
    principal: 'drill@localhost',
    credential,
    monitor: { url: to.url, ...(to.key === undefined ? {} : { key: to.key }) },
  })

async function walk(run: Run, thief: Guard, steps: DrillStep[]): Promise<DrillResult> {
  const { tenant, id, credential, signal } = run
  const report = { tool: 'reports.send', action: 'export', args: { report: 'q3' }, task: `drill-task-${id}` } as const
  await seed(run, act(run, 'owner', 'drill-network-1'))
  if (thief.before(report).outcome !== 'allow')
    return failed(tenant, 'the thief was denied before it had drifted', steps)

  const sent = performance.now()
  await seed(run, act(run, 'thief', 'drill-network-2'))
  const began = performance.now()
  const at = () => Math.round((performance.now() - began) * 100) / 100
  const saved = Math.round(began - sent)
  steps.push({ step: 'accepted', atMs: 0, says: `the drifting event is on disk, ${saved} ms after it was sent` })

  const command = await firstCommand(thief, credential.id, signal)
  if (command === undefined) return failed(tenant, await whyNone(run), steps)
  const heard = at()
  const evidence = command.evidence.at(-1)
  steps.push(
    {
      step: 'finding',
      atMs: heard,
      says: `${evidence?.detector ?? ''}, ${evidence?.bits ?? 0} bits; told with its command`,
    },
    { step: 'command', atMs: heard, says: `${command.rung}: ${plain(command.because)}` },
  )
  const applied: DrillStep = { step: 'applied', atMs: heard, says: 'the guard holds it' }
  steps.push(applied)
  const decision = thief.before({ ...report, args: { report: 'q4' } })
  const timeToDenyMs = at()
  if (decision.outcome !== 'deny') return failed(tenant, `the thief’s call was answered ${decision.outcome}`, steps)
  steps.push({ step: 'denied', atMs: timeToDenyMs, says: 'its next call was stopped, before it ran' })
  // “Sent” is not “applied”: the monitor must have the guard’s receipt.
  if (!(await isApplied(run, command.id))) return failed(tenant, 'the guard’s receipt did not reach the monitor', steps)
  applied.says += `; its receipt reached the monitor at +${at()} ms`
  return { ok: true, timeToDenyMs, steps, tenant, agent: `drill-thief-${id}`, command: command.id }
}

async function seed({ to, signal }: Run, event: AgentEvent): Promise<void> {
  await call(to, 'POST', '/v1/events', event, signal)
}

const act = ({ tenant, id, credential }: Run, who: 'owner' | 'thief', network: string): AgentEvent => ({
  id: `drill-${who}-${id}-1`,
  time: wallClock.now(),
  kind: 'outcome',
  tenant,
  agent: { id: `drill-${who}-${id}` },
  principal: 'drill@localhost',
  task: { id: `drill-task-${id}` },
  credential,
  tool: { name: 'reports.send' },
  action: 'export',
  source: { network },
  outcome: 'allowed',
})

/** The command against the credential, once the guard holds it. */
async function firstCommand(guard: Guard, credential: string, signal: AbortSignal): Promise<Command | undefined> {
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    for (const command of guard.commands()) if (command.target.credential === credential) return command
    await pause(1, undefined, { signal })
  }
  return undefined
}

/** What became of the command that did not come. */
async function whyNone({ to, tenant, credential, signal }: Run): Promise<string> {
  const path = query('/v1/commands', { tenant, limit: 100 })
  const { commands } = await call<{ commands: { command: Command; state: string }[] }>(
    to,
    'GET',
    path,
    undefined,
    signal,
  )
  const ours = commands.find(({ command }) => command.target.credential === credential.id)
  if (ours === undefined) return `the monitor ordered nothing within ${patienceMs / 1000} s`
  const { command, state } = ours
  if (state === 'proposed')
    return `the brake holds the command for a person: ${programName()} approve ${command.id} --tenant ${tenant} --reason …`
  return `the command ${command.id} is ${state} and did not reach the guard within ${patienceMs / 1000} s`
}

async function isApplied({ to, tenant, signal }: Run, id: string): Promise<boolean> {
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    const path = query(`/v1/commands/${id}`, { tenant })
    const { state } = await call<{ state: string }>(to, 'GET', path, undefined, signal)
    if (state === 'applied' || state === 'partly-applied') return true
    await pause(5, undefined, { signal })
  }
  return false
}

export function drillLines(result: DrillResult): string[] {
  const took = (ms: number) => colors.dim(`+${ms.toFixed(1)} ms`.padStart(11))
  return [
    ...result.steps.map(({ step, atMs, says }) => `  ${colors.green('✓')} ${step.padEnd(9)} ${took(atMs)}  ${says}`),
    result.ok
      ? `  ${colors.bold(`Denied ${result.timeToDenyMs?.toFixed(1)} ms after the event was on disk.`)}`
      : `  ${colors.red('✗')} ${plain(result.why ?? 'the drill failed', 400)}`,
  ]
}
