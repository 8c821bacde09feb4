import type { Explanation } from '../api/read/explain/answer.ts'
import { inOrder, outcomeWords } from '../policy/points.ts'
import { type Connection, call, query } from './client.ts'
import { colors, type Output, plain, rungText, when } from './output.ts'

/** `rescind explain ID`: the waterfall of evidence, costs and rung, or why nothing fired. */
export async function explain(
  to: Connection,
  id: string,
  options: { tenant?: string; kind?: string },
  out: Output,
): Promise<void> {
  const path = query(`/v1/explain/${encodeURIComponent(id)}`, { tenant: options.tenant, kind: options.kind })
  const answer = await call<Explanation>(to, 'GET', path)
  out.answer(answer, () => waterfall(answer).join('\n'))
}

/** Beyond it a number says no more than that it is large. */
const most = 1_000_000
const number = (value: number): string =>
  value > most
    ? 'more than a million'
    : value.toLocaleString('en', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })
const signed = (bits: number) => `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(2)}`
const chances = (odds: number) =>
  odds >= 1 ? `${number(odds)} to 1` : odds < 1 / most ? 'less than 1 in a million' : `1 in ${number(1 / odds)}`
const heading = (text: string) => colors.bold(text)
/** Bits stand in one column, so that they add up by eye. */
const row = (bits: string, text: string) => `  ${bits.padStart(9)}  ${text}`
const under = (text: string) => row('', text)

function waterfall(of: Explanation): string[] {
  const agent = of.kind === 'agent' ? '' : colors.dim(` of agent ${plain(of.agent)}`)
  const act = Object.entries(of.act ?? {})
    .filter(([name]) => name !== 'destinations')
    .map(([name, value]) => `${name} ${plain(String(value), 80)}`)
  return [
    `${heading(`${of.kind} ${plain(of.id)}`)}${agent}`,
    plain(of.because, 500),
    ...(act.length === 0 ? [] : [colors.dim(act.join(' · '))]),
    ...(of.call === undefined ? [] : [`${colors.dim('call')} ${plain(of.call, 1200)}`]),
    ...evidence(of),
    ...quiet(of),
    ...(isByHand(of) ? [] : reckoning(of)),
    ...commands(of),
    ...people(of),
  ]
}

/** A person’s own order: nothing was reckoned for it. */
const isByHand = ({ kind, commands: [command] }: Explanation) =>
  kind === 'command' && (command?.widened ?? command?.by) !== undefined

/** A command rests on it, so the costs are those of that moment; else they are what the policy would say now. */
const isDecided = ({ kind, commands }: Explanation) =>
  kind === 'command' || (kind !== 'agent' && commands.some((c) => c.widened === undefined && c.by === undefined))

function evidence(explained: Explanation): string[] {
  const { verdicts, agent: of } = explained
  const { bits } = explained.reckoning
  const decided = isDecided(explained)
  if (verdicts.length === 0) return []
  return [
    '',
    `${heading('Evidence')} ${colors.dim('(bits; 1 doubles the odds)')}`,
    ...verdicts.flatMap((v) => [
      row(signed(v.bits), `${colors.cyan(v.detector)}: ${plain(v.because, 400)}`),
      under(
        colors.dim(
          `event ${plain(v.event)}${v.rule === true ? ' · fixed bits of a rule' : ''}${mode(v.mode)}${v.widened === undefined ? '' : ' · a widened approval covers it: does not count'}`,
        ),
      ),
    ]),
    row(
      `= ${bits.toFixed(2)}`,
      `stand against ${plain(of)} ${decided ? 'when it was decided' : 'now'}, with what came before and what has faded`,
    ),
  ]
}

const mode = (of: string | undefined) => (of === undefined || of === 'enforce' ? '' : ` · ${of}: does not count`)

function quiet({ quiet: why, verdicts }: Explanation): string[] {
  if (why === undefined || why.length === 0) return []
  const title = verdicts.length === 0 ? 'Why nothing fired' : 'Beside that'
  return ['', heading(title), ...why.map((line) => `  - ${plain(line, 400)}`)]
}

function reckoning(of: Explanation): string[] {
  const { reckoning: r, verdicts } = of
  const taken = isDecided(of) ? 'taken    ' : 'due now  '
  const expected = r.odds * r.badAction
  const lines = [
    '',
    heading('Costs'),
    ...(verdicts.length === 0 ? [row(r.bits.toFixed(2), 'bits stand')] : []),
    under(
      `odds that it is bad ${chances(r.odds)} × cost ${number(r.badAction)} = ${heading(number(expected))} expected`,
    ),
    r.rung === 'observe'
      ? under(`${taken}  ${rungText(r.rung)}: too little to interrupt anyone`)
      : under(`${taken}  ${rungText(r.rung)}, which costs ${number(r.falseInterruption)} when it is wrong`),
  ]
  if (r.next !== undefined) {
    const { rung, bitsNeeded, bitsMissing } = r.next
    const needs =
      bitsMissing > 0
        ? `needs ${bitsNeeded.toFixed(2)} bits, ${bitsMissing.toFixed(2)} more`
        : `needs ${bitsNeeded.toFixed(2)} bits of evidence of its own kind`
    lines.push(under(`not taken  ${rungText(rung)}, which ${needs}`))
  }
  lines.push(under(colors.dim(`policy ${plain(r.policy)}`)))
  return lines
}

function commands(of: Explanation): string[] {
  if (of.commands.length === 0) return []
  return [
    '',
    heading(of.kind === 'command' ? 'State' : 'Commands'),
    ...of.commands.flatMap((c) => {
      if (c.widened !== undefined) return widened(c, c.widened)
      const because = of.kind === 'command' ? '' : `  ${colors.dim(plain(c.because, 200))}`
      const by = c.by === undefined ? '' : `, ordered by ${plain(c.by)}`
      return [`  ${plain(c.id)}  ${rungText(c.rung)}  ${c.words}${by}${because}`, ...points(c)]
    }),
  ]
}

type Line = Explanation['commands'][number]
/** How far it has come at each point, those that are against it first. */
const points = ({ points: states }: Line): string[] =>
  inOrder(states).map(([name, { outcome, time, why }]) => {
    const said = `${outcomeWords[outcome]}, ${when(time)} UTC`
    return `    ${plain(name, 120)}  ${said}${why === undefined ? '' : `: ${plain(why, 300)}`}`
  })
const widened = ({ id, words, because }: Line, { by, command, acts, at, until }: NonNullable<Line['widened']>) => [
  `  ${plain(id)}  widened approval  ${words}, until ${when(until)} UTC`,
  `    ${plain(by)} let further acts like that of ${plain(command)} go on ${when(at)}: ${plain(acts, 400)}`,
  `    ${colors.dim(plain(because, 400))}`,
]

const said: Partial<Record<NonNullable<Explanation['reviews']>[number]['verb'], string>> = {
  order: 'ordered it',
  approve: 'approved it',
  deny: 'denied it',
  release: 'released it',
}

/** Who ordered, approved, denied or released it, when, and why. */
function people({ reviews = [] }: Explanation): string[] {
  if (reviews.length === 0) return []
  return [
    '',
    heading('People'),
    ...reviews.map(
      ({ verb, by, time, reason }) =>
        `  ${when(time)}  ${plain(by)} ${said[verb] ?? verb}: ${colors.dim(plain(reason, 400))}`,
    ),
  ]
}
