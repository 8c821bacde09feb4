#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { RescindError } from '../errors.ts'
import { userName } from '../guard/mcp/person/user-name.ts'
import { agents } from './agents.ts'
import { duration, moment, named, whole } from './arguments.ts'
import { connection } from './client.ts'
import { answerCommand, commands } from './commands.ts'
import { explain } from './explain.ts'
import { guardCommand } from './guard-command.ts'
import { actionClasses, order } from './orders.ts'
import { createOutput, errorColors, type Output, plain } from './output.ts'

interface Common {
  json?: boolean
  data?: string
  url?: string
  tenant?: string
}

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const program = new Command('rescind')
  .description('Watches what AI agents do, notices drift, and takes authority back at the points that enforce it.')
  .version(version)
  .showHelpAfterError('(see --help)')
  .enablePositionalOptions()
  .exitOverride()
  .addHelpText(
    'after',
    `
Environment:
  RESCIND_DATA      data directory (default ./.rescind)
  RESCIND_URL       address of the monitor
  RESCIND_TOKEN     bearer token for it (default: the key in the data directory, for this machine only)
  RESCIND_*         every setting of the monitor, such as RESCIND_HTTP_PORT
  NO_COLOR          no colours, on terminals too

Exit status: 0 done, 1 failed (the message says why and what to do), 2 wrong usage.`,
  )

/** A subcommand with the options that all share. */
const verb = (spec: string, description: string): Command =>
  program
    .command(spec)
    .description(description)
    .option('--json', 'one line of JSON on standard output')
    .option('--data <dir>', 'data directory of the monitor on this machine (default RESCIND_DATA, else ./.rescind)')

const remote = (spec: string, description: string): Command =>
  verb(spec, description).option('--url <url>', 'address of the monitor (default: what the data directory says)')

const tenanted = (spec: string, description: string): Command =>
  remote(spec, description).option('--tenant <id>', 'tenant to look at (default: the token’s own, else default)')

let out: Output | undefined
const outputOf = (options: Common): Output => {
  out = createOutput(options.json === true)
  return out
}

verb('start', 'run the monitor: log, history and API in one process')
  .option('--config <file>', 'configuration file (default rescind.yaml when there is one)')
  .option('--policy <file>', 'policy file, read again when it changes')
  .option('--host <address>', 'address to listen on (default 127.0.0.1)')
  .option('--port <port>', 'port to listen on, 0 for a free one (default 7077)', whole(0, 65_535))
  .option('--no-history', 'run without a history store')
  .option('--no-drill', 'do not prove the path on an empty store')
  // What runs the flow or reads the configuration is loaded when it is asked for: the other commands answer sooner without it.
  .action(async (options) => (await import('./start.ts')).start(options, outputOf(options)))

program.addCommand(
  guardCommand(async (command, given) => (await import('./guard.ts')).guard(command, given)).copyInheritedSettings(
    program,
  ),
)

remote('drill', 'prove the whole path: a synthetic agent drifts and is denied')
  .option('--tenant <id>', 'tenant of the synthetic agents (default drill)')
  .action(async (options: Common) => {
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    const { drill } = await import('./drill.ts')
    await drill(options, outputOf(options), stop.signal)
  })

verb('replay', 'stored events through the same flow: what would have been done')
  .argument('<files...>', 'files of events, one JSON record per line, gzip or not; - for standard input')
  .option('--policy <file>', 'policy file')
  .option('--all', 'print every finding, command and dead letter as a JSON line')
  .action(async (files: string[], options) => (await import('./replay.ts')).replay(files, options, outputOf(options)))

tenanted('explain', 'why something was done, or not done')
  .argument('<id>', 'id of an event, agent, finding or command')
  .addOption(
    new Option('--kind <kind>', 'what the id is of, when it could be several things').choices([
      'event',
      'agent',
      'finding',
      'command',
    ]),
  )
  .action((id: string, options) => explain(connection(options), id, options, outputOf(options)))

tenanted('agents', 'who acts, the riskiest first')
  .option('--limit <n>', 'at most this many', whole(1, 1000), 50)
  .action((options) => agents(connection(options), options, outputOf(options)))

tenanted('commands', 'what was ordered, and how far each has come')
  .option('--limit <n>', 'at most this many', whole(1, 1000), 50)
  .option('--agent <id>', 'only those against this agent')
  .addOption(
    new Option('--state <state>', 'only those in this state').choices([
      'proposed',
      'issued',
      'delivered',
      'partly-applied',
      'applied',
      'refused',
      'failed',
      'expired',
      'released',
    ]),
  )
  .action((options) => commands(connection(options), options, outputOf(options)))

function answering(name: 'release' | 'approve' | 'deny', description: string): Command {
  const command = tenanted(name, description)
    .argument('<id>', 'id of the command; with --approvals, the handle of the held call too')
    .requiredOption('--reason <text>', 'why, for the auditor (required)')
    .option('--by <name>', 'who decides; with the local key only (default: your user name)')
    .option('--approvals <file>', 'stand-alone: the approvals file of the guard, in place of a monitor')
  if (name === 'deny') return command
  return command
    .addOption(
      new Option(
        '--widen <how>',
        'let further acts of the agent go too: the same tool to the same destinations, or whatever goes to the destination and is no graver',
      ).choices(['tool', 'destination']),
    )
    .option('--for <duration>', 'how long, such as 30m, 2h, 1d (default 1h; the policy says the longest)', duration)
    .option('--destination <value>', 'which one, where the held act has several: as it is read, or its digest')
    .option('--any-task', 'in every task of the agent, not in that of the held act alone')
}

for (const [name, description] of [
  ['release', 'take a command back: the agent gets its authority back, or what an approval let go ends'],
  ['approve', 'let a held act go ahead, or issue what the brake held'],
  ['deny', 'refuse what waits for a person; with --approvals, its agent is told so'],
] as const)
  answering(name, description).action(async (id: string, given) => {
    const { destination } = given
    const options = {
      ...given,
      by: given.by ?? userName(),
      ...(destination && { destination: (await import('./digest.ts')).destinationOf(destination) }),
    }
    if (given.widen === undefined && (given.for ?? given.destination ?? given.anyTask) !== undefined)
      throw new RescindError('CONFIG_INVALID', '--for, --destination and --any-task say how far --widen goes.')
    if (id.startsWith('rescind-hold-') && given.approvals === undefined)
      throw new RescindError(
        'CONFIG_INVALID',
        `${plain(id)} is the handle of a held call, by which a guard without a monitor is answered (--approvals FILE). A monitor knows the command: give its id, which stands in the refusal too and in \`rescind commands\`.`,
      )
    if (given.reason.trim() === '') throw new RescindError('CONFIG_INVALID', '--reason: say why, for the auditor.')
    if (given.approvals === undefined) await answerCommand(connection(options), name, id, options, outputOf(options))
    else (await import('./approvals.ts')).answerInFile(given.approvals, name, id, options, outputOf(options))
  })

for (const [rung, description, part] of [
  ['revoke', 'take an agent’s authority, by hand', false],
  ['quarantine', 'stop an agent altogether, by hand', false],
  ['tighten', 'stop a part of an agent’s work, by hand: what changes, runs or sends, else what you name', true],
  ['step-up', 'have a person asked before an agent acts, by hand', true],
] as const) {
  const command = tenanted(rung, description)
    .argument('<agent>', 'id of the agent')
    .requiredOption('--reason <text>', 'why, for the auditor')
    .option('--by <name>', 'who orders it; with the local key only (default: your user name)')
    .option('--for <duration>', 'how long, such as 30m, 2h, 1d (default and longest: the policy says)', duration)
  if (part)
    command
      .option('--task <id>', 'in this task only', named(512))
      .option('--tool <names...>', 'only calls of these tools: name, server/name or server/*')
      .addOption(new Option('--action <classes...>', 'only acts of these classes').choices(actionClasses))
  command.action((agent: string, options) =>
    order(connection(options), rung, agent, { ...options, by: options.by ?? userName() }, outputOf(options)),
  )
}

program
  .command('digest')
  .description('what stands for a destination in a scope, a policy or an approval')
  .argument('<values...>', 'addresses, links, accounts and the like')
  .option('--json', 'one line of JSON on standard output')
  .action(async (values: string[], options) => (await import('./digest.ts')).digest(values, outputOf(options)))

verb('doctor', 'check this machine, the data directory and the monitor')
  .option('--config <file>', 'configuration file')
  .option('--url <url>', 'address of the monitor')
  .action(async (options) => (await import('./doctor.ts')).doctor(options, outputOf(options)))

program
  .command('history')
  .description('who may read the history')
  .command('reader')
  .description('an account for one tenant: for the embedded engine, or the SQL that makes it on a server')
  .argument('<tenant>')
  .option('--json', 'one line of JSON on standard output')
  .option('--config <file>', 'configuration file (default rescind.yaml when there is one)')
  .option('--data <directory>', 'data directory of the monitor (default ./.rescind)')
  .action(async (tenant, options) => (await import('./history.ts')).historyReader(tenant, options, outputOf(options)))

const onKeys = program.command('keys').description('who may call the monitor: the keys of auth.keysFile')
const keysVerb = (spec: string, description: string): Command =>
  onKeys
    .command(spec)
    .description(description)
    .option('--json', 'one line of JSON on standard output')
    .option('--config <file>', 'configuration file (default rescind.yaml when there is one)')
    .option('--file <file>', 'the keys file (default auth.keysFile)')
for (const [name, description] of [
  ['add', 'make a key, bound to what it may speak for'],
  ['join', 'make a token that a guard exchanges once for such a key of its own'],
] as const) {
  const command = keysVerb(name, description)
    .requiredOption('--name <name>', 'who holds it: the publisher in the audit, also of the next key under this name')
    .option('--agent <patterns...>', 'agents that it speaks for, such as alice-*')
    .option('--point <patterns...>', 'enforcement points that it answers for')
    .option('--cohort <patterns...>', 'cohorts that it may name')
    .option('--scope <scopes...>', 'what it may do', ['rescind.ingest', 'rescind.enforce', 'rescind.declare'])
    .option('--tenant <id>', 'its only tenant (default: any)')
    .option('--expires <when>', 'such as 90d or 2027-01-01T00:00:00Z', moment)
  if (name === 'join')
    command.option('--key-for <duration>', 'how long the key lives, whole days, such as 90d', duration)
  command.action(async (options) => (await import('./keys.ts')).addKey(options, name === 'join', outputOf(options)))
}
keysVerb('list', 'whose keys are accepted').action(async (options) =>
  (await import('./keys.ts')).listKeys(options, outputOf(options)),
)
keysVerb('revoke', 'take a key out: it is refused within a second')
  .argument('<name>')
  .option('--digest <start>', 'only the one whose digest begins so, as the list shows it')
  .action(async (name: string, options) => (await import('./keys.ts')).revokeKey(name, options, outputOf(options)))

const onTopics = program.command('topics').description('the topics of Kafka that the monitor needs')
for (const [name, description] of [
  ['create', 'make what is missing'],
  ['check', 'what differs from what the monitor needs, and what mends it'],
] as const)
  onTopics
    .command(name)
    .description(description)
    .option('--json', 'one line of JSON on standard output')
    .option('--config <file>', 'configuration file (default rescind.yaml when there is one)')
    .action(async (options) => (await import('./topics.ts')).topics(name, options, outputOf(options)))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else fail(error)
}

function fail(error: unknown): void {
  process.exitCode = 1
  const known = error instanceof RescindError
  const message = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
  const code = known ? error.code : 'BUG_STATE'
  // What was typed, or a file says, may come back in it.
  const shown = message
    .split('\n')
    .map((line) => plain(line, 4000))
    .join('\n')
  process.stderr.write(`${errorColors.red('rescind:')} ${shown} ${errorColors.dim(`[${code}]`)}\n`)
  // A machine reads one line, whatever came of it. `start` has said its line already when it fails later.
  if (process.argv.includes('--json'))
    (out ?? createOutput(true)).line({ error: { code, message: known ? message : 'see standard error' } })
}
