#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import colors from 'picocolors'
import { RescindError } from '../errors.ts'
import { agents } from './agents.ts'
import { connection } from './client.ts'
import { answerCommand, commands } from './commands.ts'
import { doctor } from './doctor.ts'
import { drill } from './drill.ts'
import { explain } from './explain.ts'
import { guardCommand } from './guard.ts'
import { createOutput, type Output } from './output.ts'
import { replay } from './replay.ts'
import { start } from './start.ts'

interface Common {
  json?: boolean
  data: string
  url?: string
}

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const program = new Command('rescind')
  .description('Watches what AI agents do, notices drift, and takes authority back at the points that enforce it.')
  .version(version)
  .showHelpAfterError('(see --help)')
  .enablePositionalOptions()

const positive = (text: string): number => {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('must be a whole number above 0')
  return n
}

/** A subcommand with the options that all share. */
const verb = (spec: string, description: string): Command =>
  program
    .command(spec)
    .description(description)
    .option('--json', 'one line of JSON on standard output')
    .option('--data <dir>', 'data directory of the monitor on this machine', process.env.RESCIND_DATA ?? './.rescind')

const remote = (spec: string, description: string): Command =>
  verb(spec, description).option('--url <url>', 'address of the monitor (default http://127.0.0.1:7077)')

const outputOf = (options: Common): Output => createOutput(options.json === true)

verb('start', 'run the monitor: log, history and API in one process')
  .option('--config <file>', 'configuration file (default rescind.yaml when there is one)')
  .option('--policy <file>', 'policy file, read again when it changes')
  .option('--host <address>', 'address to listen on')
  .option('--port <port>', 'port to listen on')
  .option('--no-history', 'run without a history store')
  .option('--no-drill', 'do not prove the path on an empty store')
  .action((options) => start(options, outputOf(options)))

program.addCommand(guardCommand())

remote('drill', 'prove the whole path: a synthetic agent drifts and is denied').action((options: Common) =>
  drill(options, outputOf(options)),
)

verb('replay', 'stored events through the same flow: what would have been done')
  .argument('<files...>', 'files of events, one JSON per line')
  .option('--policy <file>', 'policy file')
  .option('--all', 'print every finding and command as a JSON line')
  .action((files: string[], options) => replay(files, options, outputOf(options)))

remote('explain', 'why something was done, or not done')
  .argument('<id>', 'id of an event, agent, finding or command')
  .action((id: string, options: Common) => explain(connection(options), id, outputOf(options)))

remote('agents', 'who acts, the riskiest first')
  .option('--limit <n>', 'at most this many', positive, 50)
  .action((options) => agents(connection(options), options, outputOf(options)))

remote('commands', 'what was ordered, and how far each has come')
  .option('--limit <n>', 'at most this many', positive, 50)
  .action((options) => commands(connection(options), options, outputOf(options)))

for (const [name, description] of [
  ['release', 'end a command: the agent gets its authority back'],
  ['approve', 'let a held act go ahead, or issue what the brake held'],
  ['deny', 'refuse what waits for a person'],
] as const)
  remote(name, description)
    .argument('<command>', 'id of the command')
    .requiredOption('--reason <text>', 'why, for the auditor')
    .option('--by <name>', 'who decides', process.env.USER ?? 'cli')
    .action((id: string, options) => answerCommand(connection(options), name, id, options, outputOf(options)))

verb('doctor', 'check this machine, the data directory and the monitor')
  .option('--config <file>', 'configuration file')
  .option('--url <url>', 'address of the monitor')
  .action((options) => doctor(options, outputOf(options)))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof RescindError)
    process.stderr.write(`${colors.red('rescind:')} ${error.message} ${colors.dim(`[${error.code}]`)}\n`)
  else
    process.stderr.write(
      `${colors.red('rescind:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  process.exitCode = 1
}
