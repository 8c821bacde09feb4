import type { AgentState, Standing, TaskState } from '../../model/agent-state.ts'
import type { Command } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { costOfBad, interruptionCost, restrictionOf, targetKey, targetOf } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { asksAbout, type Reach } from '../../policy/supersede.ts'
import { manyHeld } from '../../policy/weigh.ts'
import { actOf, strangerOf } from '../findings.ts'
import { actHash, heldBeside, isAskedAbout, isSteppedUp } from './held.ts'
import { heldAct, stand } from './stand.ts'

/**
 * The step-up about an act that only what was ordered for others holds: a person lets go one act at a time, by the command of that
 * act. Undefined where one about it stands, or so many acts of the task are held that nobody is asked any more.
 */
export function askAbout(
  event: AgentEvent,
  finding: Finding | undefined,
  state: AgentState,
  task: TaskState | undefined,
  { policy, version }: StampedPolicy,
  now: number,
): Command | undefined {
  if (task === undefined || !isSteppedUp(event) || isAskedAbout(state, event) || heldBeside(task, event) >= manyHeld)
    return undefined
  const { tenant, time } = event
  const agent = event.agent.id
  const act = actOf(event)
  const target = targetOf('step-up', agent, task.id, undefined)
  const restriction = restrictionOf('step-up', act, 'act', event.arguments?.digest)
  // A person asked to be asked: the point does, each time.
  if (state.standing.some((s) => isAskedByHand(s, { target, restriction }) && s.until > now)) return undefined
  const key = `${targetKey(target)}|${JSON.stringify(restriction)}`
  const life = policy.expiry['step-up']
  const command: Command = {
    id: digest('command', tenant, key, 'step-up', event.id, ...strangerOf(event.origin)),
    tenant,
    time,
    rung: 'step-up',
    target,
    restriction,
    agent,
    task: task.id,
    because: finding?.because ?? 'a person is asked about acts like it',
    act: heldAct({ event: event.id, act }, event),
    evidence: [],
    bits: 0,
    costs: { odds: 0, badAction: costOfBad(act, policy), falseInterruption: interruptionCost('step-up', policy) },
    policy: version,
    mode: 'enforce',
    automatic: true,
    notIssuedAfter: time,
    expires: time + life,
  }
  if (event.principal !== undefined) command.principal = event.principal
  if (state.points !== undefined) command.points = [...state.points]
  stand(state, {
    command: command.id,
    rung: 'step-up',
    target: key,
    until: now + life,
    event: event.id,
    findings: [],
    act: actHash(event),
  })
  return command
}

const isAskedByHand = ({ event, reaches }: Standing, act: Reach): boolean =>
  event === undefined && reaches !== undefined && asksAbout(reaches, act)
