import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Guard } from './guard.ts'
import { answers } from './probe.ts'

export interface Launch {
  java: string
  classpath: string
  heapMb: number
  lasting: boolean
  /** Further options of the Java machine. */
  options: readonly string[]
}

const readyWithinMs = 60_000

/** Another process took the port between the choice and the start. */
export class PortTaken extends Error {}

/** One broker process: started, killed, frozen and started again over the same directory. */
export class Node {
  readonly #directory: string
  readonly #address: string
  readonly #launch: Launch
  readonly #guard: Guard
  #process: ChildProcess | undefined
  #frozen = false

  constructor(directory: string, address: string, launch: Launch, guard: Guard) {
    this.#directory = directory
    this.#address = address
    this.#launch = launch
    this.#guard = guard
  }

  /** Resolves when the broker answers. Throws PortTaken, or what the broker said when it ended instead. */
  async start(): Promise<void> {
    if (this.#process !== undefined) throw new Error(`${this.#address} runs already`)
    const child = this.#spawn()
    const deadline = performance.now() + readyWithinMs
    while (!(await answers(this.#address))) {
      if (this.#process !== child) {
        const said = this.#said()
        if (/BindException|Address already in use/.test(said)) throw new PortTaken(this.#address)
        throw new Error(`The broker ended while it started:\n${said}`)
      }
      if (performance.now() > deadline)
        throw new Error(`The broker did not answer within ${readyWithinMs} ms:\n${this.#said()}`)
      await pause(20)
    }
    // Another process may answer at this port while ours is about to fail for want of it.
    if (this.#process !== child) throw new PortTaken(this.#address)
  }

  /** Starts again where it was. The port may be in use for a moment, so this asks again. */
  async restart(): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        return await this.start()
      } catch (error) {
        if (!(error instanceof PortTaken) || tries === 20) throw error
        await pause(250)
      }
  }

  /** SIGTERM and, after `graceMs`, SIGKILL; none: SIGKILL at once. Resolves when the process is gone. */
  async stop(graceMs = 0): Promise<void> {
    const child = this.#process
    if (child === undefined) return
    // From here its end is no surprise.
    this.#process = undefined
    child.ref()
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    if (child.exitCode !== null || child.signalCode !== null) return
    const kill = () => child.kill('SIGKILL')
    if (graceMs === 0 || this.#frozen) kill()
    else child.kill('SIGTERM')
    const late = setTimeout(kill, graceMs)
    await gone
    clearTimeout(late)
    this.#frozen = false
  }

  /** Stops the process in its tracks: connections stay open and nothing answers. */
  freeze(): void {
    this.#frozen = this.#process?.kill('SIGSTOP') === true
  }

  /** Resolves when the broker answers, from wherever it was. */
  async resume(): Promise<void> {
    if (this.#process === undefined) return this.restart()
    if (!this.#frozen) return
    this.#process.kill('SIGCONT')
    this.#frozen = false
    while (!(await answers(this.#address))) await pause(20)
  }

  #spawn(): ChildProcess {
    const { java, classpath, heapMb, lasting, options } = this.#launch
    const log = openSync(join(this.#directory, 'broker.log'), 'w')
    const child = spawn(
      java,
      [
        `-Xmx${heapMb}m`,
        '-XX:+UseSerialGC',
        ...(lasting ? [] : ['-XX:TieredStopAtLevel=1']),
        '-XX:+ExitOnOutOfMemoryError',
        '-XX:MaxDirectMemorySize=384m',
        '-Djava.awt.headless=true',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        ...options,
        '-cp',
        classpath,
        'kafka.Kafka',
        join(this.#directory, 'server.properties'),
      ],
      { cwd: this.#directory, stdio: ['ignore', log, log], detached: true },
    )
    closeSync(log)
    child.unref()
    this.#process = child
    const { pid } = child
    if (pid !== undefined) this.#guard.watch(pid)
    child.once('error', () => {
      if (this.#process === child) this.#process = undefined
    })
    child.once('exit', (code, signal) => {
      if (pid !== undefined) this.#guard.forget(pid)
      if (this.#process !== child) return
      this.#process = undefined
      process.stderr.write(`broker ${this.#address} ended by itself: ${signal ?? code}\n`)
    })
    return child
  }

  #said(): string {
    return readFileSync(join(this.#directory, 'broker.log'), 'utf8').split('\n').slice(-30).join('\n')
  }
}
