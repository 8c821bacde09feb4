import { setImmediate as turn } from 'node:timers/promises'
import type { Guard } from './guard.ts'

/** One invented call of a task of ten, as an agent makes them. */
export interface PracticeCall {
  /** The call’s number. */
  n: number
  task: string
  intent: string
  tool: string
  args: Record<string, unknown>
  /** What the server answers. */
  text: string
  isLast: boolean
}

const listing = Array.from({ length: 40 }, (_, i) => `[FILE] note-${i}.txt`).join('\n')
const perTask = 10
/** An act that calls detectors to arms, now and then: to refuse is practised too. */
const perRefusal = 160

/** The nth practice call. */
export function practiceCall(n: number): PracticeCall {
  const at = n % perTask
  const about = {
    n,
    task: `practice ${Math.floor(n / perTask)}`,
    intent: 'Read the notes in /notes and send a summary of them to anna@corp.example',
    isLast: at === perTask - 1,
  }
  const note = `/notes/note-${n % 150}.txt`
  const says = `Note ${n}: the ${n}th thing to remember. More is at https://notes.example/${n}.\n`
  if (n % perRefusal === perRefusal - 1) return { ...about, tool: 'delete_file', args: { path: note }, text: 'gone' }
  if (at === 0) return { ...about, tool: 'list_directory', args: { path: '/notes' }, text: listing }
  if (at === 5) return { ...about, tool: 'search_files', args: { path: '/notes', pattern: `note-${n}*` }, text: note }
  if (at === 7) return { ...about, tool: 'write_file', args: { path: note, content: says }, text: `wrote ${note}` }
  if (at === 8) return { ...about, tool: 'get_sum', args: { a: n, b: at }, text: `The sum is ${n + at}.` }
  if (at === 9) {
    const args = { to: 'anna@corp.example', subject: 'Summary', body: `Nothing special in ${n} notes.` }
    return { ...about, tool: 'send_email', args, text: 'sent to anna@corp.example' }
  }
  return { ...about, tool: 'read_text_file', args: { path: note }, text: says }
}

/** Time between practice calls: as an agent makes them, so that what waits for time has its turn. */
const stepMs = 3000

/** A time in which practice ends; which one does not matter, for nothing of practice stays. */
const practiceEnd = 1_800_000_000_000

/** A clock of practice. */
export function practiceClock(calls: number): { now(): number; step(): void } {
  let now = practiceEnd - calls * stepMs
  return {
    now: () => now,
    step: () => {
      now += stepMs
    },
  }
}

/**
 * Runs `step` for n = 0, 1, … as long as it goes on, in slices: what arrives meanwhile is served between two of them.
 * Resolves when it is done.
 */
export async function inSlices(sliceMs: number, step: (n: number) => boolean): Promise<void> {
  for (let n = 0; ; ) {
    const began = performance.now()
    do if (!step(n++)) return
    while (performance.now() - began < sliceMs)
    await turn()
  }
}

let isWarm = false
const rounds = 250
const sliceMs = 5

/**
 * Practises on a twin of the guard, so that the machine has compiled the path before the first real call: a cold call
 * takes ten times as long. Nothing of it is kept or told; about a tenth of a second, once per process.
 */
export async function warmUp(guard: Guard): Promise<void> {
  if (isWarm) return
  isWarm = true
  const clock = practiceClock(rounds)
  const twin = guard.twin(clock.now)
  await inSlices(sliceMs, (n) => {
    const { task, intent, tool, args, text, isLast } = practiceCall(n)
    clock.step()
    if (n % perTask === 0) twin.startTask({ id: task, intent })
    const check = twin.before({ tool, args, task })
    if (check.outcome === 'allow') twin.after(check, { text })
    if (isLast) twin.endTask(task)
    return n < rounds
  })
}
