import type { Command } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import type { Finding } from '../../model/finding.ts'
import { inForce } from '../../policy/command-table.ts'
import { isAgainst, isAwaited, named, saidBy } from '../../policy/points.ts'
import type { Entry, HeldPoint } from './table.ts'

const alarm = { id: 'unanswered-command', version: 2 }

/** Whether it must be held to and some point has not said so since `before`. */
export const isLate = (entry: Entry, before: number): boolean =>
  inForce(entry.command, entry.state) && (isSilent(entry, before) || against(entry, before).length > 0)

/**
 * The alarms that are due, each raised once: one for the points that say nothing, or for nobody at all, and one for each
 * point that refuses or fails, whatever the others say.
 */
export function* raise(entry: Entry, before: number, now: number): Generator<Finding> {
  if (isSilent(entry, before)) {
    entry.alarmed = true
    yield finding(entry.command, now, silence(entry, before), [])
  }
  for (const [name, point] of against(entry, before)) {
    entry.points = { ...entry.points, [name]: { ...point, alarmed: true } }
    const applied = Object.values(entry.points).filter(({ outcome }) => outcome === 'applied').length
    const because = `${applied === 0 ? '' : `applied by ${applied}, `}${saidBy(name, point)}`
    yield finding(entry.command, now, because, [name, point.time])
  }
}

/** Those it waits for, since before then. */
const silentOf = ({ points }: Entry, before: number): string[] =>
  Object.keys(points)
    .filter((name) => isAwaited(points[name] as HeldPoint) && (points[name] as HeldPoint).time <= before)
    .sort()

/** Whether nobody is known whose word it could wait for: no point was told to hold it, and none has answered. */
const isNobodys = ({ points }: Entry): boolean =>
  Object.values(points).every(({ outcome, expected }) => outcome === 'delivered' && expected !== true)

const isSilent = (entry: Entry, before: number): boolean =>
  !entry.alarmed && (isNobodys(entry) ? entry.since <= before : silentOf(entry, before).length > 0)

const against = ({ points }: Entry, before: number): [string, HeldPoint][] =>
  Object.entries(points)
    .filter(([, point]) => isAgainst(point) && point.alarmed !== true && point.time <= before)
    .sort(([a], [b]) => (a < b ? -1 : 1))

function silence(entry: Entry, before: number): string {
  const order = entry.command.widens === undefined ? entry.command.rung : 'the widened approval'
  if (isNobodys(entry)) return `no enforcement point has applied ${order} since it was issued`
  const silent = silentOf(entry, before)
  const known = Object.values(entry.points).filter(({ expected, outcome }) => expected === true && outcome !== 'gone')
  return `${silent.length} of ${known.length} known points have not applied ${order}: ${named(silent)}`
}

const finding = (command: Command, now: number, because: string, about: readonly (string | number)[]): Finding => ({
  id: digest(alarm.id, alarm.version, command.id, ...about),
  time: now,
  tenant: command.tenant,
  agent: command.agent,
  ...(command.principal === undefined ? {} : { principal: command.principal }),
  detector: alarm.id,
  version: alarm.version,
  key: 'command',
  subject: command.id,
  rule: true,
  bits: 0,
  because,
  evidence: command.evidence.map((e) => e.event),
  event: command.evidence.at(-1)?.event ?? '',
  act: {},
  mode: command.mode,
  labels: [],
})
