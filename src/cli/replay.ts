import { createReadStream, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import colors from 'picocolors'
import { flowOf } from '../compose.ts'
import { loadPolicy } from '../config/policy-file.ts'
import { RescindError } from '../errors.ts'
import { formats } from '../formats/index.ts'
import type { CommandUpdate } from '../model/command.ts'
import type { Finding } from '../model/finding.ts'
import { defaultPolicy } from '../policy/policy.ts'
import { Drive } from '../runtime/drive.ts'
import { decode } from '../stages/decode.ts'
import type { Streams } from '../stages/streams.ts'
import { type Output, plain, rungText, table } from './output.ts'

export interface ReplayOptions {
  policy?: string
  /** Print every finding and command as a JSON line before the summary. */
  all?: boolean
}

interface Summary {
  events: number
  rejected: number
  findings: Record<string, number>
  commands: Record<string, number>
  agents: number
}

/** `rescind replay FILE…`: stored events through the same flow, with no way to reach a channel: what would have been done. */
export async function replay(files: readonly string[], options: ReplayOptions, out: Output): Promise<void> {
  const policy = options.policy === undefined ? defaultPolicy() : loadPolicy(options.policy)
  const summary: Summary = { events: 0, rejected: 0, findings: {}, commands: {}, agents: 0 }
  const commands: CommandUpdate[] = []
  const drive = new Drive<Streams>(flowOf(policy), ({ topic, value }) => {
    if (options.all === true) process.stdout.write(`${JSON.stringify({ topic, value })}\n`)
    if (topic === 'findings') bump(summary.findings, (value as Finding).detector)
    const { issue } = value as CommandUpdate
    if (topic === 'commands' && issue !== undefined) {
      bump(summary.commands, issue.rung)
      commands.push(value as CommandUpdate)
      if (commands.length > 20) commands.shift()
    }
  })
  const read = decode(formats)
  for (const file of files) {
    const size = sizeOf(file)
    let bytes = 0
    for await (const line of createInterface({ input: createReadStream(file) })) {
      bytes += line.length + 1
      if (line.trim() === '') continue
      // Stored events may be of any age: they are taken as received when they happened.
      read(
        { body: line, received: Number.MAX_SAFE_INTEGER },
        {
          event(event) {
            summary.events++
            drive.put('events', event)
          },
          reject() {
            summary.rejected++
          },
        },
      )
      if (summary.events % 20_000 === 0)
        out.progress(`${file}: ${Math.round((100 * bytes) / size)} %, ${summary.events} events`)
    }
  }
  summary.agents = drive.lanes.get('agent')?.stats.keys ?? 0
  out.answer(summary, () => describe(summary, commands))
}

const bump = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1
}

function sizeOf(file: string): number {
  try {
    return Math.max(1, statSync(file).size)
  } catch (cause) {
    throw new RescindError('CONFIG_FILE_UNREADABLE', `${file} cannot be read`, { cause })
  }
}

function describe(s: Summary, last: readonly CommandUpdate[]): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none'
  return [
    `${colors.bold(String(s.events))} events of ${s.agents} agents replayed, ${s.rejected} records refused`,
    `findings: ${list(s.findings)}`,
    `commands that would have been issued: ${list(s.commands)}`,
    ...(last.length === 0
      ? []
      : [
          '',
          table(
            ['when', 'rung', 'agent', 'why'],
            last.map(({ issue, time }) => [
              new Date(time).toISOString(),
              rungText(issue?.rung ?? ''),
              plain(issue?.agent ?? '', 40),
              plain(issue?.because ?? '', 90),
            ]),
          ),
        ]),
  ].join('\n')
}
