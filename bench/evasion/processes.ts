import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { digestOf } from '../../src/guard/index.ts'
import { type Player, play, type Verdict } from './run.ts'
import type { Script, Step } from './script.ts'
import { root } from './values.ts'
import { beginning, type Exchange, isObject, type Message, resultFor } from './wire.ts'

const cli = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
const scripted = fileURLToPath(new URL('../servers/scripted.js', import.meta.url))
const answerMs = 20_000

/** A client of one `rescind guard` process with a scripted server behind it. */
class Child {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #log: string
  readonly #answers = new Map<number, Message>()
  #asked = false
  #wake: () => void = () => {}
  #ids: number

  constructor(flags: readonly string[], plan: string, log: string, firstId: number) {
    this.#ids = firstId
    this.#log = log
    const command = [cli, 'guard', '--monitor', 'none', ...flags, '--', process.execPath, scripted, plan, log]
    this.#child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve))
    if (this.#child.stdout !== null)
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#read(line))
  }

  async request(step: Step, at: number, meta: Message): Promise<Exchange> {
    const id = ++this.#ids
    this.#asked = false
    const own = isObject(step.params._meta) ? step.params._meta : {}
    this.#say({ id, method: step.method, params: { ...step.params, _meta: { ...meta, ...own, 'evasion/step': at } } })
    const ends = performance.now() + answerMs
    while (!this.#answers.has(id) && performance.now() < ends)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    const got = existsSync(this.#log)
      ? readFileSync(this.#log, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Message)
          .find((message) => message.id === id && message.method === step.method)
      : undefined
    return { answer: this.#answers.get(id) ?? {}, asked: this.#asked, ...(got === undefined ? {} : { got }) }
  }

  initialized(): void {
    this.#say({ method: 'notifications/initialized' })
  }

  async end(): Promise<void> {
    this.#child.stdin?.end()
    await this.#ended
  }

  #say(message: Message): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  #read(line: string): void {
    const message: unknown = JSON.parse(line)
    if (!isObject(message)) return
    const { id, method } = message
    if (typeof id === 'number' && method === undefined) this.#answers.set(id, message)
    else if (id !== undefined && typeof method === 'string') {
      if (id !== 'asks' && id !== 'roots') this.#asked = true
      this.#say({ id, result: resultFor(method) })
    }
    this.#wake()
  }
}

/** Runs a script through real guards, one process per server. */
export async function runInProcesses(script: Script, isTwin: boolean, isKnown: boolean, id: string): Promise<Verdict> {
  const directory = mkdtempSync(join(tmpdir(), 'evasion-'))
  const own = (name: string) => join(directory, name)
  const flags = [
    '--agent',
    id,
    '--spool',
    own('spool'),
    '--memory',
    own('memory'),
    '--pins',
    own('pins'),
    '--root',
    root,
  ]
  if (isKnown && !script.tells) flags.push('--intent', script.intent)
  if (script.scope !== undefined) {
    const { destination, ...rest } = script.scope
    writeFileSync(join(directory, 'scope.json'), JSON.stringify({ ...rest, destinations: [digestOf(destination)] }))
    flags.push('--scope', join(directory, 'scope.json'))
  }
  const meta = isKnown && script.tells ? { 'rescind/task': id, 'rescind/intent': script.intent } : {}
  const steps = script.steps.filter((step) => step !== 'restart')
  let open: Child[] = []
  let starts = 0
  const start = async () => {
    for (const [i, server] of script.servers.entries()) {
      if (i > 0 && !steps.some((step) => step.server === i)) continue
      const [plan, log] = [join(directory, `plan-${i}.json`), join(directory, `log-${i}.jsonl`)]
      writeFileSync(plan, JSON.stringify({ server, steps }))
      const child = new Child(flags, plan, log, starts * 10_000)
      open.push(child)
      const [first, ...others] = beginning(server, script)
      if (first !== undefined) await child.request(first, -1, {})
      child.initialized()
      for (const step of others) await child.request(step, -1, {})
    }
    starts++
  }
  const stop = async () => {
    for (const child of open) await child.end()
    open = []
  }
  const player: Player = {
    async send(step) {
      const child = open[step.server] ?? open[0]
      if (child === undefined) throw new Error('nothing is open')
      return child.request(step, steps.indexOf(step), step.method === 'tools/list' ? {} : meta)
    },
    async restart() {
      await stop()
      await start()
    },
  }
  try {
    await start()
    return await play(player, script, isTwin)
  } finally {
    await stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
