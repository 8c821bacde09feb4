import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import colors from 'picocolors'
import { compose } from '../compose.ts'
import { checkConfig } from '../config/load-config.ts'
import { createGuard, type Guard } from '../enforce/index.ts'
import type { AgentEvent } from '../model/event.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import { createLogger, createMetrics } from '../telemetry.ts'
import { type Connection, call, connection } from './client.ts'
import { type Output, plain } from './output.ts'

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
  why?: string
}

/** The drill has a tenant of its own: nothing of it touches what is real. */
const tenant = 'drill'
const patienceMs = 15_000

/** `rescind drill`: against the running monitor, or, when none answers, against one made for the purpose. */
export async function drill(options: { url?: string; data: string }, out: Output): Promise<void> {
  const to = connection(options)
  let result: DrillResult
  if (await answers(to))
    result = await runDrill({ url: to.url, data: options.data, ...(to.key === undefined ? {} : { key: to.key }) })
  else if (options.url !== undefined)
    result = { ok: false, timeToDenyMs: null, steps: [], why: `no monitor answers at ${options.url}` }
  else {
    out.say(colors.dim('No monitor is running here: drilling a temporary one.'))
    result = await withTemporary(runDrill)
  }
  out.answer(result, () => '')
  if (!out.json) tellDrill(result, out)
  if (!result.ok) process.exitCode = 1
}

const answers = (to: Connection): Promise<boolean> =>
  call(to, 'GET', '/readyz').then(
    () => true,
    () => false,
  )

async function withTemporary(work: (to: { url: string; data: string }) => Promise<DrillResult>): Promise<DrillResult> {
  const data = mkdtempSync(join(tmpdir(), 'rescind-drill-'))
  const config = checkConfig({ data, http: { port: 0 }, history: { enabled: false } })
  const running = await compose(config, createLogger('error'), createMetrics({ processMetrics: false }))
  try {
    return await work({ url: running.url, data })
  } finally {
    await running.close()
    rmSync(data, { recursive: true, force: true })
  }
}

/**
 * Two guards, two agents, one credential. Each agent alone looks ordinary; only the monitor sees that the credential is
 * shared. Passes when the thief’s next call is denied at its guard by the monitor’s command.
 */
export async function runDrill(options: { url: string; data: string; key?: string }): Promise<DrillResult> {
  const to = options.key === undefined ? connection(options) : { url: options.url, key: options.key }
  const run = randomUUID().slice(0, 8)
  const credential = { id: `drill-credential-${run}` }
  const guards: Guard[] = []
  const steps: DrillStep[] = []
  try {
    const guardFor = async (name: string) => {
      const guard = await createGuard({
        point: `drill-guard-${name}-${run}`,
        agent: `drill-${name}-${run}`,
        tenant,
        principal: 'drill@localhost',
        credential,
        monitor: { url: to.url, ...(to.key === undefined ? {} : { key: to.key }) },
      })
      guards.push(guard)
      return guard
    }
    await guardFor('owner')
    const thief = await guardFor('thief')
    const act = { tool: 'reports.send', action: 'export', args: { report: 'q3' }, task: `drill-task-${run}` } as const
    await seed(to, owned(run, credential.id))
    if (thief.before(act).outcome !== 'allow') return failed('the thief was denied before it had drifted', steps)

    const sent = performance.now()
    await seed(to, stolen(run, credential.id))
    const began = performance.now()
    const at = () => Math.round((performance.now() - began) * 100) / 100
    steps.push({
      step: 'accepted',
      atMs: 0,
      says: `the drifting event is on disk, ${Math.round(began - sent)} ms after it was sent`,
    })
    const command = await firstCommand(thief, credential.id)
    if (command === undefined) return failed(`no command came within ${patienceMs / 1000} s`, steps)
    const heard = at()
    const evidence = command.evidence.at(-1)
    steps.push({
      step: 'finding',
      atMs: heard,
      says: `${evidence?.detector ?? ''}, ${evidence?.bits ?? 0} bits: ${plain(command.because)}`,
    })
    steps.push({ step: 'command', atMs: heard, says: `${command.rung} ${command.id}` })
    const decision = thief.before({ ...act, args: { report: 'q4' } })
    const timeToDenyMs = at()
    if (decision.outcome !== 'deny') return failed(`the thief’s call was answered ${decision.outcome}`, steps)
    const applied = await isApplied(to, command.id)
    if (applied)
      steps.push({
        step: 'applied',
        atMs: heard,
        says: `the guard holds it; its receipt reached the monitor at +${at()} ms`,
      })
    steps.push({ step: 'denied', atMs: timeToDenyMs, says: plain(decision.because) })
    return applied ? { ok: true, timeToDenyMs, steps } : failed('the guard’s receipt did not reach the monitor', steps)
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), steps)
  } finally {
    await Promise.all(guards.map((guard) => guard.close()))
  }
}

const failed = (why: string, steps: DrillStep[]): DrillResult => ({ ok: false, timeToDenyMs: null, steps, why })

async function seed(to: Connection, event: AgentEvent): Promise<void> {
  await call(to, 'POST', '/v1/events', event)
}

const act = (run: string, who: string, network: string, credential: string): AgentEvent => ({
  id: `drill-${who}-${run}`,
  time: wallClock.now(),
  kind: 'outcome',
  tenant,
  agent: { id: `drill-${who}-${run}` },
  principal: 'drill@localhost',
  task: { id: `drill-task-${run}` },
  credential: { id: credential },
  tool: { name: 'reports.send' },
  action: 'export',
  source: { network },
  outcome: 'allowed',
})
const owned = (run: string, credential: string) => act(run, 'owner', 'drill-network-1', credential)
const stolen = (run: string, credential: string) => act(run, 'thief', 'drill-network-2', credential)

/** The command against the credential, once the guard holds it. */
async function firstCommand(guard: Guard, credential: string) {
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    for (const command of guard.commands()) if (command.target.credential === credential) return command
    await pause(1)
  }
  return undefined
}

async function isApplied(to: Connection, id: string): Promise<boolean> {
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    const { state } = await call<{ state: string }>(to, 'GET', `/v1/commands/${id}?tenant=${tenant}`)
    if (state === 'applied') return true
    await pause(5)
  }
  return false
}

export function tellDrill(result: DrillResult, out: Output): void {
  for (const { step, atMs, says } of result.steps)
    out.say(`  ${colors.green('✓')} ${step.padEnd(9)} ${colors.dim(`+${atMs.toFixed(1)} ms`.padStart(11))}  ${says}`)
  out.say(
    result.ok
      ? `  ${colors.bold(`denied ${result.timeToDenyMs?.toFixed(1)} ms after the event was on disk`)}`
      : `  ${colors.red('✗')} ${plain(result.why ?? 'the drill failed')}`,
  )
}
