import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Guard } from '../../src/guard/index.ts'
import { Ablation } from '../ablation/forms.ts'
import { openGuard } from './guard.ts'
import { verdictOf } from './judge.ts'
import type { Script, Step, Task } from './script.ts'
import { Connection, type Exchange } from './wire.ts'

/** What came of a script: whether the act on trial ran, and what stopped it or what else was stopped. */
export interface Verdict {
  /** The act reached the server in the form that does harm; for a twin, everything went through as it was sent. */
  ran: boolean
  /** The words of the refusal, and the step it was given to. */
  because: string
  at: string
}

/** In memory where there is such a place: state is made and thrown away thousands of times. */
const stateRoot = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const dayMs = 86_400_000
const begin = Date.UTC(2026, 5, 1, 8)

/** A client in front of an agent’s guards. */
export interface Player {
  send(step: Step): Promise<Exchange>
  /** Ends every guard and session and begins anew. */
  restart(): Promise<void>
}

/** One agent: its state directory, its clock, and the guards in front of its servers. */
class Agent implements Player {
  readonly #script: Script
  readonly #isKnown: boolean
  readonly #id: string
  readonly #ablation: Ablation
  readonly #directory = mkdtempSync(join(stateRoot, 'evasion-'))
  #now = begin
  #open: { guard: Guard; connection: Connection }[] = []
  #meta: Record<string, unknown> = {}
  #again: () => Promise<void> = async () => {}

  constructor(script: Script, isKnown: boolean, id: string, ablation: Ablation) {
    this.#ablation = ablation
    this.#script = script
    this.#isKnown = isKnown
    this.#id = id
  }

  /** Begins a task, or goes on with it after a restart. */
  async open(task: Task, name: string, isLearning = false): Promise<void> {
    this.#again = () => this.open(task, name, isLearning)
    const { servers, tells } = this.#script
    this.#meta = this.#isKnown && tells ? { 'rescind/task': name, 'rescind/intent': task.intent } : {}
    const used = servers.filter((_, i) => i === 0 || task.steps.some((step) => step !== 'restart' && step.server === i))
    for (const [server, described] of used.entries()) {
      const [script, agent, directory] = [this.#script, this.#id, this.#directory]
      const now = () => this.#now
      const ablation = this.#ablation
      const { guard, parts } = await openGuard({
        script,
        agent,
        directory,
        server,
        isLearning,
        client: name,
        ablation,
        now,
      })
      const connection = new Connection({
        guard,
        ...parts,
        ...(this.#isKnown && !tells ? { intent: task.intent } : {}),
      })
      this.#open.push({ guard, connection })
      await connection.begin(described, task)
    }
  }

  async send(step: Step): Promise<Exchange> {
    this.#now += 7000
    const connection = this.#open[step.server]?.connection ?? this.#open[0]?.connection
    if (connection === undefined) throw new Error('nothing is open')
    return connection.request(step, step.method === 'tools/list' ? {} : this.#meta)
  }

  async close(): Promise<void> {
    for (const { guard, connection } of this.#open) {
      connection.end()
      await guard.close()
    }
    this.#open = []
  }

  async restart(): Promise<void> {
    await this.close()
    await this.#again()
  }

  sleep(): void {
    this.#now += dayMs
  }

  forget(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Runs a script with an agent of its own. */
export async function run(
  script: Script,
  isTwin: boolean,
  isKnown: boolean,
  id: string,
  ablation = new Ablation([]),
): Promise<Verdict> {
  const agent = new Agent(script, isKnown, id, ablation)
  try {
    for (const [i, task] of script.history.entries()) {
      await agent.open(task, `${id}-before-${i}`, script.learning)
      const verdict = await play(agent, task, true)
      await agent.close()
      agent.sleep()
      if (isTwin && !verdict.ran) return { ...verdict, at: `history: ${verdict.at}` }
    }
    await agent.open(script, id)
    return await play(agent, script, isTwin)
  } finally {
    await agent.close()
    agent.forget()
  }
}

/** In an attack until harm is done, in honest work until something is stopped. */
export async function play(player: Player, { steps }: Task, isTwin: boolean): Promise<Verdict> {
  let last: Verdict = { ran: isTwin, because: '', at: '' }
  for (const step of steps) {
    if (step === 'restart') {
      await player.restart()
      continue
    }
    const verdict = verdictOf(step, await player.send(step))
    if (isTwin) {
      if (!verdict.ran) return verdict
    } else if (step.act !== undefined) {
      if (verdict.ran) return verdict
      last = verdict
    } else if (step.isPoison === true && !verdict.ran) return { ...verdict, at: 'the text never came' }
  }
  return last
}
