import type { CommandState, CommandUpdate } from '../model/command.ts'
import type { PointOutcome, PointState, PointStates } from '../model/point-state.ts'

/** Most points remembered of one command. */
export const maxPoints = 256

const isAnswer = (outcome: PointOutcome): outcome is 'applied' | 'refused' | 'failed' =>
  outcome === 'applied' || outcome === 'refused' || outcome === 'failed'

export const isAgainst = ({ outcome }: PointState): boolean => outcome === 'refused' || outcome === 'failed'

/** The command is to hold there, and the point has not said so yet. */
export const isAwaited = ({ outcome, expected }: PointState): boolean =>
  expected === true && (outcome === 'awaited' || outcome === 'delivered')

/**
 * The state of an issued command. All points that count said `applied`: it is applied; some: partly. A point counts where
 * the command is to hold there or where it answered; one that has gone, or was only sent it unasked, does not.
 */
export function stateOf(points: PointStates): CommandState {
  const all = Object.values(points)
  const has = (outcome: PointOutcome) => all.some((each) => each.outcome === outcome)
  if (has('applied')) return all.some((each) => isAgainst(each) || isAwaited(each)) ? 'partly-applied' : 'applied'
  for (const outcome of ['failed', 'refused', 'delivered'] as const) if (has(outcome)) return outcome
  return 'issued'
}

/** Whether an answer says more than is known of its point: the same again, or an older one that came late, does not. */
export function isNews(
  known: PointState | undefined,
  { outcome, time }: Pick<PointState, 'outcome' | 'time'>,
): boolean {
  if (known === undefined || known.outcome === 'awaited' || known.outcome === 'gone') return true
  if (outcome === known.outcome || !isAnswer(outcome)) return false
  return !isAnswer(known.outcome) || time >= known.time
}

/** Names come from outside: only what the record itself holds is a point, not `constructor`. */
export const pointOf = <State extends PointState>(
  points: Readonly<Record<string, State>>,
  point: string,
): State | undefined => (Object.hasOwn(points, point) ? points[point] : undefined)

/** Nothing is asked of it any more. */
const isDone = (state: PointState): boolean => !isAgainst(state) && !isAwaited(state)

/**
 * The points with this one as it is now. When they are too many, one goes that is done, sooner one that never applied it; for one
 * that only applied it nobody does who did too: else each made-up name would be news.
 */
export function withPoint<State extends PointState>(
  points: Readonly<Record<string, State>>,
  point: string,
  state: State,
): Readonly<Record<string, State>> {
  if (Object.hasOwn(points, point) || Object.keys(points).length < maxPoints) return { ...points, [point]: state }
  const grade = ({ outcome }: PointState) => (outcome === 'applied' ? 1 : 0)
  const [done] = Object.entries(points)
    .filter(([, each]) => isDone(each))
    .sort(([a, x], [b, y]) => grade(x) - grade(y) || x.time - y.time || (a < b ? -1 : 1))
  if (done === undefined || (isDone(state) && grade(state) <= grade(done[1]))) return points
  const others = Object.fromEntries(Object.entries(points).filter(([name]) => name !== done[0]))
  return { ...others, [point]: state }
}

/** The points as a reader of updates follows them. */
export function follow(points: PointStates, { awaits, point, outcome, time, why }: CommandUpdate): PointStates {
  let now = points
  for (const name of awaits ?? []) now = withPoint(now, name, { outcome: 'awaited', time, expected: true })
  if (point === undefined || outcome === undefined) return now
  const isExpected = outcome === 'awaited' || pointOf(now, point)?.expected === true
  return withPoint(now, point, {
    outcome,
    time,
    ...(why === undefined ? {} : { why }),
    ...(isExpected ? { expected: true } : {}),
  })
}

/** What a point says, in words. */
export const outcomeWords: Readonly<Record<PointOutcome, string>> = {
  awaited: 'not answered',
  delivered: 'delivered, not applied',
  applied: 'applied',
  refused: 'refused',
  failed: 'failed',
  gone: 'gone before it answered',
}

/** Those that are against it first, then those that it waits for. */
export function inOrder(points: PointStates): [string, PointState][] {
  const grade = (state: PointState) => (isAgainst(state) ? 2 : isAwaited(state) ? 1 : 0)
  return Object.entries(points).sort(([a, x], [b, y]) => grade(y) - grade(x) || (a < b ? -1 : 1))
}

/** Whether all that are known of have answered: there is nothing to wait for but one that comes. */
export function isSettled(points: PointStates): boolean {
  const here = Object.values(points).filter(({ outcome }) => outcome !== 'gone')
  return here.length > 0 && here.every(({ outcome }) => isAnswer(outcome))
}

const mostNamed = 5

/** “applied by 3, refused by mcp@host: reason, 2 not answered (a, b)”; empty where no point is known. */
export function inWords(points: PointStates): string {
  const all = Object.entries(points).sort(([a], [b]) => (a < b ? -1 : 1))
  const of = (fits: (state: PointState) => boolean) => all.filter(([, state]) => fits(state))
  const applied = of(({ outcome }) => outcome === 'applied').length
  const against = of(isAgainst)
  const awaited = of(isAwaited)
  const gone = of(({ outcome }) => outcome === 'gone').length
  return [
    ...(applied === 0 ? [] : [`applied by ${applied}`]),
    ...against.slice(0, mostNamed).map(([name, state]) => saidBy(name, state)),
    ...(against.length > mostNamed ? [`refused or failed at ${against.length - mostNamed} more`] : []),
    ...(awaited.length === 0 ? [] : [`not answered by ${named(awaited.map(([name]) => name))}`]),
    ...(gone === 0 ? [] : [`${gone} gone`]),
  ].join(', ')
}

/** “refused by mcp@host: reason” */
export const saidBy = (point: string, { outcome, why }: PointState): string =>
  `${told[outcome]} ${point}${why === undefined ? '' : `: ${why}`}`

const told: Readonly<Record<PointOutcome, string>> = {
  awaited: 'not answered by',
  delivered: 'delivered to',
  applied: 'applied by',
  refused: 'refused by',
  failed: 'failed at',
  gone: 'not answered, and gone:',
}

/** Names, the first few of many. */
export const named = (points: readonly string[]): string =>
  points.length > mostNamed
    ? `${points.slice(0, mostNamed).join(', ')} and ${points.length - mostNamed} more`
    : points.join(', ')
