import { flowOf } from '../compose/flow.ts'
import { loadPolicy } from '../config/policy-file.ts'
import { formats } from '../formats/index.ts'
import type { CommandUpdate } from '../model/command.ts'
import type { Finding } from '../model/finding.ts'
import type { Reject } from '../model/reject.ts'
import { defaultPolicy } from '../policy/policy.ts'
import { openInlet } from '../runtime/inlet.ts'
import { RecordReplay } from '../runtime/replay.ts'
import { deadLetters } from '../runtime/topics.ts'
import { linesOf } from './lines.ts'
import { colors, type Output, plain, rungText, table, when } from './output.ts'

export interface ReplayOptions {
  policy?: string
  /** Print every finding, command and dead letter as a JSON line before the summary. */
  all?: boolean
}

interface Summary {
  events: number
  /** Well-formed records that are no acts, such as model calls in a trace. */
  ignored: number
  rejected: number
  /** Why records were refused, by code: how many, and the first of them. */
  refusals: Record<string, { count: number; first: string }>
  agents: number
  findings: Record<string, number>
  commands: Record<string, number>
}

const shownCommands = 20

/** `rescind replay FILE…`: stored events through the same flow, with no way to reach a channel: what would have been done. */
export async function replay(files: readonly string[], options: ReplayOptions, out: Output): Promise<void> {
  const policy = options.policy === undefined ? defaultPolicy() : loadPolicy(options.policy)
  const sources = files.map(linesOf)
  const counted: Pick<Summary, 'refusals' | 'findings' | 'commands'> = { refusals: {}, findings: {}, commands: {} }
  const last: CommandUpdate[] = []
  let at = ''
  const flow = new RecordReplay(flowOf(policy), openInlet(formats), ({ topic, value }) => {
    if (options.all === true) out.line({ topic, value })
    if (topic === 'findings') bump(counted.findings, (value as Finding).detector)
    if (topic === deadLetters) refuse(counted.refusals, value as Reject, at)
    const { issue } = value as CommandUpdate
    if (topic !== 'commands' || issue === undefined) return
    bump(counted.commands, issue.rung)
    last.push(value as CommandUpdate)
    if (last.length > shownCommands) last.shift()
  })
  for (const source of sources) {
    let line = 0
    for await (const body of source.read()) {
      at = `${source.name}, record ${++line}`
      flow.take(body)
      if (out.closed) return
      if (line % 2_000 === 0) out.progress(progressOf(source.name, source.share(), flow.counts.accepted))
    }
  }
  const { accepted: events, ignored, rejected } = flow.counts
  const { refusals, findings, commands } = counted
  const summary: Summary = { events, ignored, rejected, refusals, agents: flow.agents, findings, commands }
  const words = () => describe(summary, last, out.width)
  // With --all, standard output is lines for a machine.
  if (options.all === true && !out.json) out.remark(words())
  else out.answer(summary, words)
  if (summary.events === 0 && summary.rejected > 0) process.exitCode = 1
}

const progressOf = (name: string, share: number | undefined, events: number) =>
  `${name}: ${share === undefined ? '' : `${Math.round(100 * share)} %, `}${events} events`

const bump = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1
}

function refuse(refusals: Summary['refusals'], { code, reason }: Reject, at: string): void {
  const known = refusals[code]
  if (known === undefined) refusals[code] = { count: 1, first: `${at}: ${reason}` }
  else known.count++
}

function describe(s: Summary, last: readonly CommandUpdate[], width: number | undefined): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none'
  const lines = [
    `${colors.bold(String(s.events))} events of ${s.agents} agents replayed${s.ignored === 0 ? '' : `, ${s.ignored} records are no acts`}`,
    `findings  ${list(s.findings)}`,
    `commands  ${list(s.commands)} ${colors.dim('(would have been issued; nothing was)')}`,
  ]
  if (s.rejected > 0) {
    lines.push(`refused   ${colors.yellow(String(s.rejected))} records`)
    for (const [code, { count, first }] of Object.entries(s.refusals))
      lines.push(`  ${code} ${count}, first in ${plain(first, 300)}`)
  }
  if (last.length > 0) {
    const rows = last.map(({ issue, time }) => [
      when(time),
      rungText(issue?.rung ?? ''),
      plain(issue?.agent ?? '', 40),
      plain(issue?.because ?? '', 120),
    ])
    lines.push('', table(['when, UTC', 'rung', 'agent', 'why'], rows, width))
  }
  return lines.join('\n')
}
