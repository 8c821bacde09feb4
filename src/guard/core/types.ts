import type { AnyDetector } from '../../detect/define.ts'
import type { Command } from '../../model/command.ts'
import type { ActionClass, AgentEvent, Drift } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import type { Scope } from '../../model/scope.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Knowledge } from '../../protocol/knowledge.ts'
import type { ToolModel } from '../act/index.ts'
import type { MemoryDirectory } from '../memory/directory.ts'
import type { Reading } from '../provenance/reading/reading.ts'

/** Whether an act goes ahead while the monitor has been silent for too long. */
export type Fail = 'open' | 'closed'

export interface MonitorOptions {
  /** Base of the monitor’s API, for example http://127.0.0.1:7077. */
  url: string
  /** Bearer key or token; a function is asked before each request, for it may change. */
  key?: string | (() => string | undefined)
  /** It is the local key: it goes only to who proves that it holds it too. */
  isLocalKey?: boolean
  fetch?: typeof fetch
  /** How long the start waits for knowledge and the first table, ms. Default 2000. */
  startWaitMs?: number
  /** How often knowledge is asked for again, ms. Default three minutes. */
  knowledgeEveryMs?: number
  /** First and longest wait before a reconnect, ms. Default 250 and 30 000; each is jittered. */
  backoffMs?: readonly [first: number, longest: number]
}

export interface GuardOptions {
  /** This enforcement point, as the monitor knows it. */
  point: string
  agent: string
  /** Default `default`. */
  tenant?: string
  cohort?: string
  principal?: string
  environment?: string
  credential?: AgentEvent['credential']
  /** Absent: stand-alone, local decisions only. */
  monitor?: MonitorOptions
  /** What is in force until the monitor says otherwise; counts before that of `knowledge`. */
  policy?: Policy
  knowledge?: Partial<Knowledge>
  scopes?: readonly Scope[]
  /** enforce stops calls; shadow only says what it would have stopped. Default enforce. */
  mode?: 'enforce' | 'shadow'
  /** The monitor’s silence is borne for this long, ms. Default five minutes. */
  staleAfterMs?: number
  /** Per action class; default closed for delete, execute, export and admin, open for the rest. */
  fail?: Fail | Partial<Record<ActionClass, Fail>>
  /** Where events and the last table wait while the monitor is away. Absent: in memory only. */
  spool?: { directory: string; capBytes?: number }
  /** Where the guards of this agent share what they remember of its tasks. Absent: each for itself. */
  memory?: MemoryDirectory
  /** Folders that are the agent’s own space. */
  roots?: readonly string[]
  /** Files and directories of the guard’s own besides the spool, absolute: a call that names them is refused. */
  ownFiles?: readonly string[]
  /** The organisation’s own domains: what goes there stays inside. */
  domains?: readonly string[]
  /** Secret that keys the hashes of the task memory. */
  hashKey?: string
  detectors?: readonly AnyDetector[]
  now?: () => number
  /** What goes on beside the calls: connections, refusals to connect, drops. */
  onNotice?: (notice: Notice) => void
}

export interface Notice {
  level: 'info' | 'warn'
  message: string
  cause?: unknown
}

/** One call that is about to be made. */
export interface GuardCall {
  tool: string
  server?: string
  args: unknown
  /** What its definition says that it does; absent: worked out from its name and `action`. */
  model?: ToolModel
  /** The operator’s or caller’s class; absent: it follows from what the tool does. */
  action?: ActionClass
  resource?: AgentEvent['resource']
  /** What is to be said of the tool’s definition. */
  drift?: Drift
  agent?: string
  task?: string
  session?: string
  principal?: string
  chain?: AgentEvent['chain']
  trace?: AgentEvent['trace']
  credential?: AgentEvent['credential']
  environment?: string
  /** Reference of an approval that the caller holds. */
  approval?: string
  /** Handle of a held call that this one stands for: that one is judged and runs, not what is given here. */
  handle?: string
}

export type GuardOutcome = 'allow' | 'deny' | 'step-up' | 'sanitise'

/** What the guard answers to a call that is about to be made. */
export interface Check {
  outcome: GuardOutcome
  /** In words, for the one who is refused. */
  because: string
  /** The command behind it, with which a person releases it. */
  command?: Command
  /** What makes such calls go through again where no command holds them, in words. */
  endsWhen?: string
  /** What the local detectors said of this attempt. */
  findings: readonly Finding[]
  /** The attempt, as it is published. */
  event: AgentEvent
  /** The arguments to use instead: when the outcome is `sanitise`, and when a call that was held runs. */
  arguments?: unknown
  /** In shadow mode: what would have been the outcome. */
  wouldBe?: GuardOutcome
  /** The held call that it is about: it waits for a person, or a person let it go and it runs now. */
  held?: HeldNow
}

/** `held`: waits for a person. `approved`: may run, once. `refused`: a person said no. `ran`: it has, or is under way. */
export type HeldState = 'held' | 'approved' | 'refused' | 'ran'

export interface HeldNow {
  handle: string
  state: HeldState
  /** Until when an approval helps, or is good, ms. */
  until: number
  /** How often it was tried while it was held, this time included. */
  times: number
  /** What runs, where it runs. */
  tool: string
  args: unknown
}

/** What came of a call. */
export interface GuardResult {
  /** Everything the agent gets to read of it, as one text. */
  text?: string
  /** The same in pieces, each of its kind; counts before `text`. */
  read?: readonly Reading[]
  bytes?: number
  records?: number
  failed?: boolean
  /** What was taken out of it before the agent got it. */
  sanitised?: AgentEvent['sanitised']
}

export interface TaskStart {
  id: string
  session?: string
  agent?: string
  principal?: string
  /** What the agent was asked to do, in the principal’s own words. */
  intent?: string
  scope?: string
  /** It may have begun before: then a restriction on it holds, whenever that was made. */
  resumed?: boolean
}

export interface GuardStats {
  calls: number
  allowed: number
  denied: number
  steppedUp: number
  sanitised: number
  /** Held calls that were tried again. */
  repeated: number
  /** Held calls that ran because a person let them. */
  approved: number
  /** Calls that ran or stopped because the table was stale. */
  staleOpen: number
  staleClosed: number
  tasksForgotten: number
  published: number
  spooled: number
  /** Events lost because the spool was full. */
  dropped: number
  /** Events that the monitor refused to take. */
  rejected: number
  resyncs: number
  restrictions: number
  /** Of the monitor’s table as it is held here; absent without a monitor. */
  seq?: number
  digest?: string
}
