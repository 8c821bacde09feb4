import { detectors } from '../../detectors/index.ts'
import { formats } from '../../src/formats/index.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Receipt, Review } from '../../src/model/receipt.ts'
import { parsePolicy, stamped } from '../../src/policy/policy.ts'
import { type History, type Row, type Table, tables } from '../../src/ports/history.ts'
import { Drive } from '../../src/runtime/drive.ts'
import { decode } from '../../src/stages/decode.ts'
import type { Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'
import { badBodies, hostileName, story, storyEnd, storyStart, unguarded } from './story.ts'

type Step = { time: number } & (
  | { stream: 'events'; value: Streams['events'] }
  | { stream: 'receipts'; value: Receipt }
  | { stream: 'reviews'; value: Review }
  | { stream: 'tick' }
)

/** A policy under which the story shows everything: one detector still in shadow, and a brake that trips. */
const policy = () => {
  const parsed = parsePolicy({ brake: { perTenant: 6 }, detectors: { volume: { mode: 'shadow' } } })
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  return stamped(parsed.policy, 0)
}

/** From the act to the log, and from a command to its point, ms: made up, but of the size that is measured. */
const toLogMs = 12

/**
 * The story through the real topology, with enforcement points and people that answer: every record that history would
 * have, by table, with the time the log took it. The same every time.
 */
export function records(): Record<Table, { value: unknown; recorded: number }[]> {
  const out: Record<Table, { value: unknown; recorded: number }[]> = {
    events: [],
    findings: [],
    commands: [],
    receipts: [],
    reviews: [],
    dead_letters: [],
  }
  const queue: Step[] = story().map((value) => ({ time: value.time, stream: 'events', value }))
  for (let time = storyStart; time <= storyEnd; time += 60_000) queue.push({ time, stream: 'tick' })
  queue.sort((a, b) => a.time - b.time)
  const answers: Step[] = []
  let now = storyStart
  let issued = 0
  let held = 0

  const answer = (update: CommandUpdate) => {
    if (update.issue === undefined || update.state !== 'issued') {
      // A person approves what the brake held, and leaves some of it lying.
      if (update.why?.startsWith('the brake') === true && held++ % 4 !== 3)
        answers.push(reviewOf(update, 'approve', now + 8 * 60_000))
      return
    }
    const n = issued++
    // Every seventh command finds no point that is there.
    if (n % 7 === 6 || update.issue.agent === unguarded) return
    const { tenant, command } = update
    const say = (point: string, outcome: Receipt['outcome'], after: number, why?: string) =>
      answers.push({
        time: now + after,
        stream: 'receipts',
        value: { tenant, command, point, outcome, time: now + after, ...(why === undefined ? {} : { why }) },
      })
    say('gateway-1', 'delivered', 60 + (n % 5) * 30)
    if (n % 5 === 3) say('gateway-1', 'refused', 300, 'the rung is not supported here')
    else say('gateway-1', 'applied', 180 + (n % 9) * 140)
    if (n % 6 === 5) say('mcp-proxy-2', 'failed', 900, 'the table could not be written')
    if (n % 3 === 1 || update.issue.agent === hostileName) answers.push(reviewOf(update, 'release', now + 25 * 60_000))
  }
  /** A person looks at every third finding, and finds every fourth of those wrong. */
  const judged = ({ id, tenant, agent }: Finding) => {
    const n = out.findings.length
    if (n % 3 !== 0) return
    const time = now + 12 * 60_000
    const verb = n % 12 === 0 ? 'wrong' : 'right'
    const reason = verb === 'wrong' ? 'known work' : 'looked into'
    const value = {
      id: `review-${id}`,
      tenant,
      time,
      by: 'ann@corp.example',
      reason,
      verb,
      finding: id,
      agent,
    } as const
    answers.push({ time, stream: 'reviews', value })
  }
  const drive = new Drive<Streams>(rescind(detectors, policy()), ({ topic, value }) => {
    const recorded = now + toLogMs
    if (topic === 'findings') {
      out.findings.push({ value, recorded })
      judged(value as Finding)
    } else if (topic === 'receipts') out.receipts.push({ value, recorded })
    else if (topic === 'commands') {
      out.commands.push({ value, recorded })
      answer(value as CommandUpdate)
    }
  })
  const take = (step: Step) => {
    now = step.time
    if (step.stream === 'tick') drive.tick(step.time)
    else if (step.stream === 'events') {
      out.events.push({ value: step.value, recorded: now + toLogMs / 3 })
      drive.put('events', step.value)
    } else if (step.stream === 'receipts') drive.put('receipts', step.value)
    else {
      out.reviews.push({ value: step.value, recorded: now + toLogMs })
      drive.put('reviews', step.value)
    }
  }
  for (const step of queue) {
    for (answers.sort((a, b) => a.time - b.time); (answers[0]?.time ?? step.time) < step.time; ) {
      const due = answers.shift()
      if (due !== undefined) take(due)
      answers.sort((a, b) => a.time - b.time)
    }
    take(step)
  }
  const stage = decode(formats)
  for (const { at, body, contentType } of badBodies)
    stage(
      { body, received: at, ...(contentType === undefined ? {} : { contentType }) },
      { event: () => undefined, reject: (value) => out.dead_letters.push({ value, recorded: at }) },
    )
  return out
}

function reviewOf({ tenant, command }: CommandUpdate, verb: 'approve' | 'release', time: number): Step {
  const reason = verb === 'approve' ? 'it is real' : 'a planned export'
  return {
    time,
    stream: 'reviews',
    value: { id: `review-${command}`, tenant, time, by: 'ann@corp.example', reason, verb, command },
  }
}

/** Puts the story into a history that is migrated; a part of it twice, as a redelivery would. */
export async function seed(history: History): Promise<number> {
  const made = records()
  let stored = 0
  for (const table of tables) {
    const rows: Row[] = made[table].map(({ value, recorded }) => history.row(table, JSON.stringify(value), recorded))
    for (let at = 0; at < rows.length; at += 5_000) {
      const part = rows.slice(at, at + 5_000)
      const refused = await history.insert(table, part, `seed/${table}/${at}`)
      if (refused[0] !== undefined) throw new Error(`history refused a row of ${table}: ${refused[0].why}`)
      stored += part.length
    }
    await history.insert(table, rows.slice(-50), `seed/${table}/again`)
  }
  return stored
}
