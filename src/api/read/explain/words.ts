import { rungs } from '../../../model/command.ts'
import type { Explanation } from './answer.ts'
import type { Reckoning } from './reckoning.ts'

const round = (value: number) => Math.round(value * 100) / 100
/** Beyond it a number says no more than that it is large. */
const most = 1_000_000
const cost = (value: number) => (value > most ? 'more than a million' : String(round(value)))
const odds = (value: number) =>
  value >= 1 ? `${cost(value)} to 1` : value < 1 / most ? 'less than 1 in a million' : `1 in ${Math.round(1 / value)}`

/** The same in lines of words. */
export function worded(of: Omit<Explanation, 'text'>): Explanation {
  const { verdicts, reckoning: r, commands, quiet, reviews = [] } = of
  const isByHand = of.kind === 'command' && (commands[0]?.widened ?? commands[0]?.by) !== undefined
  const text = [
    ...verdicts.map((v) => `${signed(v.bits)} bits  ${v.detector}: ${v.because} (event ${v.event})`),
    ...(quiet ?? []),
    ...(isByHand ? [] : reckoningInWords(r)),
  ]
  for (const c of commands)
    text.push(
      c.widened === undefined
        ? `Command ${c.id}: ${c.rung}${c.by === undefined ? '' : ` ordered by ${c.by}`}, ${stateOf(c)}.`
        : `Widened approval ${c.id}: ${c.widened.by} let further acts like that of command ${c.widened.command} go, ${c.widened.acts}, until ${new Date(c.widened.until).toISOString()}, because: ${c.because}. It is ${c.words}.`,
    )
  for (const { verb, by, time, reason } of reviews)
    text.push(`${by} ${said[verb]} at ${new Date(time).toISOString()}, because: ${reason}`)
  return { ...of, text }
}

const stateOf = ({ words, answers }: Explanation['commands'][number]): string =>
  answers === '' ? words : `${words} (${answers})`

const said: Record<NonNullable<Explanation['reviews']>[number]['verb'], string> = {
  order: 'ordered it',
  approve: 'approved it',
  deny: 'denied it',
  release: 'released it',
  right: 'found it right',
  wrong: 'found it wrong',
  'brake-release': 'let the brake go',
}

function reckoningInWords(r: Reckoning): string[] {
  const text = [
    `${round(r.bits)} bits stand: odds of ${odds(r.odds)} that the act is bad, at a cost of ${round(r.badAction)}.`,
    r.rung === 'observe'
      ? `Expected cost of letting it go on: ${cost(r.odds * r.badAction)}. Nothing is done.`
      : `Expected cost ${cost(r.odds * r.badAction)} is more than ${r.rung} costs when it is wrong (${r.falseInterruption}).`,
  ]
  if (r.next !== undefined)
    text.push(
      r.next.bitsMissing > 0
        ? `${r.next.rung} was not taken: it needs ${round(r.next.bitsNeeded)} bits, ${r.next.bitsMissing} more.`
        : `${r.next.rung} was not taken: it needs ${round(r.next.bitsNeeded)} bits of evidence of its own kind.`,
    )
  else if (r.rung === rungs.at(-1)) text.push('There is no higher rung.')
  if (r.held !== undefined)
    text.push(
      `${r.held} bits of acts that were held stand apart: they count beside the evidence of another act, up to tighten.`,
    )
  return text
}

const signed = (bits: number) => `${bits >= 0 ? '+' : ''}${round(bits)}`
