import { isAct } from '../../../detect/acts.ts'
import { hash32 } from '../../../detect/hash.ts'
import { countOf } from '../../../detect/novelty.ts'
import type { AgentState } from '../../../model/agent-state.ts'
import type { Command } from '../../../model/command.ts'
import type { AgentEvent } from '../../../model/event.ts'
import type { Act, Finding } from '../../../model/finding.ts'
import type { Profile, Trait } from '../../../model/profile.ts'
import type { Review } from '../../../model/receipt.ts'
import { type Life, wordsOf } from '../../../policy/life.ts'
import type { StampedPolicy } from '../../../policy/policy.ts'
import { actOf } from '../../../stages/findings.ts'
import type { Explanation, Familiar, Line } from './answer.ts'
import { asDecided, reckoned } from './reckoning.ts'
import { worded } from './words.ts'

export type StandingCommand = Pick<Life, 'command' | 'state' | 'points'>

interface Known {
  state: AgentState | undefined
  policy: StampedPolicy
  now: number
  /** Commands of the agent in memory. */
  commands: readonly StandingCommand[]
}

/** By evidence, not by a person. */
const isDecided = ({ command }: StandingCommand): boolean => command.widens === undefined && command.by === undefined

const byWeight = (a: Line, b: Line) => b.bits - a.bits

const lineOf = (f: Finding): Line => ({
  finding: f.id,
  detector: f.detector,
  event: f.event,
  bits: f.bits,
  because: f.because,
  rule: f.rule,
  mode: f.mode,
  ...(f.widened === undefined ? {} : { widened: f.widened }),
})

const commandsOf = (commands: readonly StandingCommand[]) =>
  commands.map(({ command, state, points }) => ({
    id: command.id,
    rung: command.rung,
    state,
    ...wordsOf({ command, state, points }),
    points,
    mode: command.mode,
    because: command.because,
    ...(command.by === undefined ? {} : { by: command.by }),
    ...(command.widens === undefined ? {} : { widened: { ...command.widens, ...termsOf(command) } }),
  }))

/** What a widened approval lets go, and from when until when. */
const termsOf = ({ time, expires, target, restriction: { allow } }: Command) => ({
  at: time,
  until: expires,
  acts: [
    allow?.tools === undefined ? 'any tool' : `tool ${allow.tools.join(', ')}`,
    allow?.destinations.length === 0 ? 'without destinations' : `to ${allow?.destinations.join(', ')}`,
    target.task === undefined ? 'in any task' : `in task ${target.task}`,
  ].join(' '),
})

/**
 * A command is explained by what it carries: nothing has to be looked up, and nothing has changed since. `others`: of its
 * agent; those by which its approval was widened are told too. `reviews`: what people said of it, the earliest first.
 */
export function explainCommand(
  explained: StandingCommand,
  others: readonly StandingCommand[],
  reviews: readonly Review[],
): Explanation {
  const { command } = explained
  return worded({
    kind: 'command',
    id: command.id,
    agent: command.agent,
    because: command.because,
    ...(command.act?.shown === undefined ? {} : { call: `${command.act.tool ?? ''} ${command.act.shown}`.trim() }),
    verdicts: command.evidence.map((e) => ({ ...e })).sort(byWeight),
    reckoning: asDecided(command),
    commands: commandsOf([explained, ...others.filter((o) => o.command.widens?.command === command.id)]),
    reviews: reviews.map(({ verb, by, time, reason }) => ({ verb, by, time, reason })),
  })
}

export function explainFinding(finding: Finding, known: Known): Explanation {
  const rests = known.commands.filter(
    ({ command }) => command.id === finding.widened || command.evidence.some((e) => e.finding === finding.id),
  )
  return worded({
    kind: 'finding',
    id: finding.id,
    agent: finding.agent,
    because: finding.because,
    act: finding.act,
    verdicts: [lineOf(finding)],
    reckoning: reckoned(finding.act, known, rests.findLast(isDecided), finding.task, true),
    commands: commandsOf(rests),
  })
}

/** `findings`: those that rest on the event; `event` when the record itself is at hand. */
export function explainEvent(
  id: string,
  agent: string,
  event: AgentEvent | undefined,
  findings: readonly Finding[],
  known: Known & { cohort: Profile | undefined; fleet: Profile | undefined },
): Explanation {
  const act = event === undefined ? (findings.find((f) => f.event === id)?.act ?? {}) : actOf(event)
  const ids = new Set(findings.map((f) => f.id))
  const rests = known.commands.filter(
    ({ command }) =>
      // What let it go, too.
      command.id === event?.decision || command.evidence.some((e) => e.event === id || ids.has(e.finding)),
  )
  const [heaviest] = [...findings].sort((a, b) => b.bits - a.bits)
  const task = event?.task?.id ?? event?.session ?? heaviest?.task
  const familiar = event === undefined ? undefined : familiarTo(event, known.state, known.cohort, known.fleet)
  return worded({
    kind: 'event',
    id,
    agent,
    because: heaviest?.because ?? 'No detector found evidence in it.',
    act,
    verdicts: findings.map(lineOf).sort(byWeight),
    reckoning: reckoned(act, known, rests.findLast(isDecided), task, heaviest !== undefined),
    commands: commandsOf(rests),
    ...(heaviest === undefined && event !== undefined ? { quiet: whyQuiet(event, known.state, familiar ?? []) } : {}),
    ...(familiar === undefined ? {} : { familiar }),
  })
}

/** `act`: the one the last evidence was about, when it is known. */
export function explainAgent(agent: string, act: Act, known: Known): Explanation {
  const { state, commands } = known
  const verdicts = (state?.evidence ?? [])
    .map(({ finding, detector, event, bits, because }) => ({ finding, detector, event, bits, because }))
    .sort(byWeight)
  return worded({
    kind: 'agent',
    id: agent,
    agent,
    because: verdicts[0]?.because ?? 'Nothing stands against it.',
    act,
    verdicts,
    reckoning: reckoned(act, known, undefined, undefined, false),
    commands: commandsOf(commands),
    ...(verdicts.length === 0 ? { quiet: ['No evidence is kept against this agent.'] } : {}),
  })
}

/** How usual each thing that the event shows is for its agent. */
export function familiarTo(
  event: AgentEvent,
  state: AgentState | undefined,
  cohort: Profile | undefined,
  fleet: Profile | undefined,
): Familiar[] {
  const shown: [Trait, string, string | undefined][] = [
    ['tools', event.tool?.name ?? '', undefined],
    ['datasets', event.resource?.dataset ?? '', undefined],
    ['actions', event.action ?? '', undefined],
    ...(event.destinations ?? [])
      .slice(0, 8)
      .map((d): [Trait, string, string | undefined] => ['destinations', d.hash, d.display]),
  ]
  return shown
    .filter(([, value]) => value !== '')
    .map(([trait, value, display]) => ({
      trait,
      value: display ?? value,
      tasks: timesIn(state?.profile, trait, value),
      of: state?.profile.tasks ?? 0,
      cohort: timesIn(cohort, trait, value) > 0,
      fleet: timesIn(fleet, trait, value) > 0,
    }))
}

function timesIn(profile: Profile | undefined, trait: Trait, value: string): number {
  return profile === undefined ? 0 : countOf(profile[trait], hash32(value))
}

function whyQuiet(event: AgentEvent, state: AgentState | undefined, familiar: readonly Familiar[]): string[] {
  const why: string[] = []
  if (!isAct(event))
    why.push(
      event.attempted === true
        ? 'It is the outcome of an attempt that was looked at already.'
        : `It is a ${event.kind}, which most detectors do not look at.`,
    )
  for (const { trait, value, tasks, of, cohort, fleet } of familiar) {
    const what = `${trait.replace(/s$/, '')} ${value}`
    if (tasks > 0) why.push(`${what} is usual: in ${tasks} of its ${of} clean tasks.`)
    else if (cohort || fleet) why.push(`${what} is new for it, and known to its ${cohort ? 'cohort' : 'fleet'}.`)
    else
      why.push(
        `${what} is new for it, but ${of < 10 ? `it has shown only ${of} clean tasks, so new things are expected` : 'new things are usual for it'}.`,
      )
  }
  if (state === undefined) why.push('The agent is no longer in memory; its profile cannot be shown.')
  else if (state.scopes.length === 0) why.push('No scope is declared for it, so none can be overstepped.')
  why.push('Detectors that looked and saw nothing gave a little evidence back.')
  return why
}
