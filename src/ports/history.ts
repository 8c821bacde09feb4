import type { Command, CommandState, CommandUpdate } from '../model/command.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import type { PointStates } from '../model/point-state.ts'
import type { Receipt, Review } from '../model/receipt.ts'
import type { Reject } from '../model/reject.ts'

/**
 * Where every record goes to be looked at: SQL for people, a few named questions for the API and the console. It is
 * never asked on the way to a decision, and it may be away: the log is its buffer.
 *
 * Obligations of every implementation (test/contract/history.ts holds them):
 *  - `insert` resolves only when the rows are stored; a crash after that does not lose them.
 *  - The same rows with the same token are stored once, however often they are given.
 *  - A record that comes again under another token is seen once by the queries, and the first one stays: a later record
 *    with the id of an earlier one does not replace the evidence.
 *  - Any string is stored as it is; no text is ever taken for SQL.
 *  - Rows the store cannot take are answered, and the rest of the batch is stored. Trouble that is not the rows' throws
 *    HISTORY_UNAVAILABLE with `retry: 'later'`.
 */
export const tables = ['events', 'findings', 'commands', 'receipts', 'reviews', 'dead_letters'] as const
export type Table = (typeof tables)[number]

/** A record as the store takes it: made by `History.row`, opaque to everyone else. */
export type Row = Uint8Array

export interface RejectedRow {
  /** In the rows given. */
  index: number
  why: string
}

/** Half-open span of event time, ms since the epoch. */
export interface Span {
  from: number
  to: number
}

/** What a command has come to. */
export interface CommandSummary {
  command: Command
  state: CommandState
  /** When it came to this state, ms. */
  since: number
  updates: number
  /** What each point last said of it. */
  points: PointStates
}

export interface AgentCounts {
  agent: string
  events: number
  denied: number
  findings: number
  /** Event time of its last act, ms. */
  last: number
}

/** What people made of a detector's findings; noise is `wrong / reviewed`. */
export interface DetectorNoise {
  detector: string
  version: number
  mode: string
  findings: number
  reviewed: number
  right: number
  wrong: number
}

/** The questions, by name: what each takes and what a row of its answer is. Newest first unless said otherwise. */
export interface HistoryQueries {
  'events-of-agent': { params: { tenant: string; agent: string; limit: number } & Span; row: AgentEvent }
  /** One row or none. */
  event: { params: { tenant: string; id: string }; row: AgentEvent }
  /** Oldest first. */
  'events-of-task': { params: { tenant: string; task: string; limit: number }; row: AgentEvent }
  /** Of all agents in it. Oldest first. */
  'events-of-trace': { params: { tenant: string; trace: string; limit: number }; row: AgentEvent }
  /** The events that the finding rests on. Oldest first. */
  'evidence-of-finding': { params: { tenant: string; finding: string }; row: AgentEvent }
  /** `agent` and `detector` narrow. */
  findings: { params: { tenant: string; agent?: string; detector?: string; limit: number } & Span; row: Finding }
  /** One row or none. */
  finding: { params: { tenant: string; id: string }; row: Finding }
  'findings-of-agent': { params: { tenant: string; agent: string; limit: number } & Span; row: Finding }
  'findings-of-event': { params: { tenant: string; event: string }; row: Finding }
  /** The findings that the command rests on. */
  'findings-of-command': { params: { tenant: string; command: string }; row: Finding }
  /** By event time of the act that caused them; `agent` narrows. */
  commands: { params: { tenant: string; agent?: string; limit: number } & Span; row: CommandSummary }
  /** One row or none. */
  command: { params: { tenant: string; command: string }; row: CommandSummary }
  /** Oldest first. */
  'updates-of-command': { params: { tenant: string; command: string }; row: CommandUpdate }
  /** Oldest first. */
  'receipts-of-command': { params: { tenant: string; command: string }; row: Receipt }
  /** `finding` or `command` narrows. */
  reviews: { params: { tenant: string; finding?: string; command?: string; limit: number } & Span; row: Review }
  /** By time of the findings; the most findings first. */
  'noise-of-detectors': { params: { tenant: string } & Span; row: DetectorNoise }
  'dead-letters': { params: { limit: number } & Span; row: Reject }
  /** The busiest agents first. */
  'counts-per-agent': { params: { tenant: string; limit: number } & Span; row: AgentCounts }
}
export type QueryName = keyof HistoryQueries

export interface History {
  /**
   * Pure. `recorded`: when the log took the record, ms; `parsed`: what the value says, where it is at hand already. Throws
   * when the value is not a JSON object.
   */
  row(table: Table, value: string, recorded: number, parsed?: object): Row
  /** Answers the rows that the store refused; throws HISTORY_UNAVAILABLE when it is the store's trouble. */
  insert(table: Table, rows: readonly Row[], token: string): Promise<readonly RejectedRow[]>
  query<Name extends QueryName>(
    name: Name,
    params: HistoryQueries[Name]['params'],
  ): Promise<readonly HistoryQueries[Name]['row'][]>
  ping(): Promise<boolean>
  close(): Promise<void>
}
