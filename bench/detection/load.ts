import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** One call as an enforcement point sees it: nothing here tells what the call was for. */
export interface Step {
  seq: number
  tool: string
  cls: string
  args: unknown
  /** The output text; undefined when none was logged. */
  output: string | undefined
  failed: boolean
}

export interface Session {
  sid: string
  agent: string
  suite: string
  /** `suite/user_task`: what confidence intervals are drawn over. */
  task: string
  prompt: string
  scope: { tools: string[]; classes: string[] }
  fold: number
  phase: string
  steps: Step[]
}

/** What is only read when the results are scored. */
export interface Truth {
  label: string
  base: string
  exposed: number | null
  firstMal: number | null
  unseenInjection: boolean
}

export interface Corpus {
  sessions: Session[]
  truth: ReadonlyMap<string, Truth>
}

type Row = Record<string, unknown>

const rows = (path: string): Row[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)

/** Cut marks of the converter (`…1234`) are no part of what the agent wrote. */
function uncut(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/…\d+$/, '')
  if (Array.isArray(value)) return value.map(uncut)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, uncut(v)]))
}

/** Reads a set: sessions of user tasks, with their calls in order. */
export function load(directory: string): Corpus {
  const scopes = JSON.parse(readFileSync(join(directory, 'task_scopes.json'), 'utf8')) as Record<
    string,
    Record<string, { prompt: string; tools: string[]; classes: string[] }>
  >
  const outputs = new Map(rows(join(directory, 'outputs.jsonl.gz')).map((o) => [o.h, String(o.text)]))
  const sessions = new Map<string, Session>()
  const truth = new Map<string, Truth>()
  for (const s of rows(join(directory, 'sessions.jsonl.gz'))) {
    const sid = String(s.sid)
    const suite = String(s.suite)
    const task = scopes[suite]?.[String(s.user_task)]
    // A goal of the attacker that was given as the prompt is another experiment.
    if (task === undefined || !String(s.user_task).startsWith('user')) continue
    sessions.set(sid, {
      sid,
      agent: String(s.agent),
      suite,
      task: `${suite}/${String(s.user_task)}`,
      prompt: task.prompt,
      scope: { tools: task.tools, classes: task.classes },
      fold: Number(s.fold),
      phase: String(s.phase),
      steps: [],
    })
    truth.set(sid, {
      label: String(s.label),
      base: String(s.base),
      exposed: s.exposed === null || s.exposed === undefined ? null : Number(s.exposed),
      firstMal: s.first_mal === null || s.first_mal === undefined ? null : Number(s.first_mal),
      unseenInjection: s.unseen_injection === true,
    })
  }
  const texts = rows(join(directory, 'texts.jsonl.gz'))
  const events = rows(join(directory, 'events.jsonl.gz'))
  const bySeq =
    texts.length === events.length ? undefined : new Map(texts.map((t) => [`${String(t.sid)}/${String(t.seq)}`, t]))
  events.forEach((e, i) => {
    const session = sessions.get(String(e.session_id))
    if (session === undefined) return
    const text = bySeq === undefined ? texts[i] : bySeq.get(`${session.sid}/${String(e.seq)}`)
    const args = text?.args ?? e.args
    session.steps.push({
      seq: Number(e.seq),
      tool: String(e.tool),
      cls: String(e.cls),
      args: uncut(typeof args === 'string' ? parsed(args) : args),
      output: text?.oh === null || text?.oh === undefined ? undefined : outputs.get(text.oh),
      failed: e.out === 'error',
    })
  })
  for (const session of sessions.values()) session.steps.sort((a, b) => a.seq - b.seq)
  return { sessions: [...sessions.values()], truth }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
