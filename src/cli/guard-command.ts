import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { named, silence, whole } from './arguments.ts'

/** What stands on the command line of `rescind guard`. */
export interface Given {
  agent: string
  cohort?: string
  principal?: string
  tenant: string
  environment?: string
  monitor: string
  keyFile?: string
  join?: string
  data: string
  policy?: string
  scope?: string
  knowledge?: string
  point?: string
  fail?: 'open' | 'closed'
  staleAfter: number
  spool: string
  mode: 'enforce' | 'shadow'
  tools?: string
  intent?: string
  memory: string
  root?: string[]
  domain?: string[]
  approvals?: string
  url?: string
  bearerFile?: string
  listen?: number
  explainTools?: boolean
  pins: string
  acceptTools?: boolean
  timings?: string
}

const name = named(512)
const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state')

/** `rescind guard`: stands before an MCP server and holds its tool calls to what the monitor and the detectors say. `run` gives the exit status. */
export const guardCommand = (run: (command: string[], given: Given) => Promise<number>): Command =>
  new Command('guard')
    .description('stand before an MCP server: tool calls run only after they were checked')
    .argument('[command...]', 'the MCP server to start, after --')
    .option('--url <url>', 'front a streamable HTTP MCP server instead')
    .option('--bearer-file <file>', 'bearer token for that server (default: what the client sends)')
    .option(
      '--listen <port>',
      'listen on 127.0.0.1 as streamable HTTP instead of stdio; 0 takes a free port',
      whole(0, 65_535),
    )
    .option('--agent <id>', 'the agent that acts', name, `mcp-client@${hostname()}`)
    .option('--cohort <id>', 'agents that do the same job', name)
    .option('--principal <id>', 'on whose behalf it acts', name)
    .option('--tenant <id>', 'tenant', named(128), 'default')
    .option('--environment <name>', 'production, staging, sandbox, …', name)
    .option(
      '--monitor <url>',
      'the monitor, or none for stand-alone',
      process.env.RESCIND_URL ?? 'http://127.0.0.1:7077',
    )
    .option(
      '--key-file <file>',
      'bearer key for the monitor, read again when it changes (default RESCIND_TOKEN, else the key in --data)',
    )
    .option('--join <file>', 'join token: exchanged once for a key, which is kept in --key-file')
    .option('--data <dir>', 'data directory of a monitor on this machine', process.env.RESCIND_DATA ?? './.rescind')
    .option('--policy <file>', 'policy file, YAML; with a monitor only until that says its own')
    .option('--scope <file>', 'declared scope of the agent, YAML or JSON; registered at the monitor and held to here')
    .option('--knowledge <file>', 'what is known of the agent, as GET /v1/agents/ID/knowledge answers it')
    .option('--tools <file>', 'YAML: tool → {sink, action, roles, scratch, dataset, sensitivity}')
    .option(
      '--memory <dir>',
      'where the guards of one agent share digests of what they read; keep it out of the agent’s reach',
      join(state, 'rescind', 'memory'),
    )
    .option(
      '--root <dir...>',
      'folders that are the agent’s own space (default: folders among the server’s arguments; with none every ordinary path is)',
    )
    .option('--intent <text>', 'what the agent was asked to do, when the client does not say')
    .option(
      '--domain <name...>',
      'domains of the organisation: an act that goes there counts as internal; it needs proof all the same',
    )
    .option('--point <id>', 'name of this enforcement point (default mcp@HOST/AGENT)', name)
    .addOption(
      new Option('--fail <how>', 'every call, when the monitor is silent (default: by action class)').choices([
        'open',
        'closed',
      ]),
    )
    .option(
      '--stale-after <seconds>',
      'how long the monitor may be silent: at least 30, for three of its beats (http.beatMs)',
      silence,
      300,
    )
    .option('--spool <dir>', 'where events wait while the monitor is away', join(state, 'rescind', 'guard'))
    .option(
      '--approvals <file>',
      'stand-alone: where people let held calls go, or deny them, a line each (default SPOOL/approvals); only the user may write to it',
    )
    .addOption(
      new Option('--mode <mode>', 'shadow only says what it would have stopped')
        .choices(['shadow', 'enforce'])
        .default('enforce'),
    )
    .option('--explain-tools', 'print what each tool does, what its arguments are for, and why, then stop')
    .option(
      '--pins <dir>',
      'where the definitions of tools are pinned; keep it out of the agent’s reach',
      join(state, 'rescind', 'pins'),
    )
    .option('--accept-tools', 'accept the tools as the server describes them now, print what is new, then stop')
    .option('--timings <file>', 'write the guard’s own time per call, ms, at the end')
    .passThroughOptions()
    .action(async (command: string[], given: Given) => {
      process.exitCode = await run(command, given)
    })
