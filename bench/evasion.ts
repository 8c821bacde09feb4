/**
 * `npm run -s bench:evasion -- [--seed S] [--count N] [--only N] [--list] [--processes N] [--without NAME,NAME]`
 *
 * Hijacks and their benign twins, made from a seed: places × wordings and spellings × sinks × order. Each runs once with the
 * person’s request known to the guard and once without, with an agent and a state directory of its own, over the bytes of the
 * real wire. An attack is held when the act did not reach the server in the form that does harm; a twin is interrupted when
 * anything of it did not get through as it was sent. `--processes N` runs N of the cases through `rescind guard` as well and
 * says whether the verdicts agree. `--without` takes detectors and forms of provenance away (`ablation/forms.ts`). Progress and `--list` go to stderr, one line of JSON to stdout.
 */
import { parseArgs } from 'node:util'
import { Ablation, unknownNames } from './ablation/forms.ts'
import { caseOf } from './evasion/cases.ts'
import { runInProcesses } from './evasion/processes.ts'
import { run } from './evasion/run.ts'
import { type Judged, listed, score } from './evasion/score.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    // Four times each pair of sink and place.
    count: { type: 'string', default: '2688' },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    processes: { type: 'string', default: '0' },
    without: { type: 'string', default: '' },
  },
})
const whole = (text: string): number => {
  const n = Number(text)
  if (Number.isSafeInteger(n) && n >= 0) return n
  return usage()
}
function usage(): never {
  console.error(
    'usage: bench:evasion -- [--seed S] [--count N] [--only N] [--list] [--processes N] [--without NAME,NAME]',
  )
  process.exit(2)
}
const [seed, count, sampled] = [whole(values.seed), whole(values.count), whole(values.processes)]
const without = values.without.split(',').filter((name) => name !== '')
if (unknownNames(without).length > 0) usage()
const ablation = new Ablation(without)
const only = values.only === undefined ? undefined : whole(values.only)

const all: Judged[] = []
let agreed = 0
let compared = 0
const began = performance.now()
for (let n = only ?? 0; n < (only === undefined ? count : only + 1); n++) {
  const { attack: attacking, twin: honest, ...about } = caseOf(seed, n)
  if (only !== undefined) console.error(JSON.stringify({ ...about, attacking, honest }, null, 1).slice(0, 60_000))
  const isSampled =
    compared < sampled && attacking.history.length === 0 && n % Math.max(1, Math.floor(count / 2 / sampled)) === 0
  if (isSampled) compared++
  for (const isKnown of [true, false]) {
    const attack = await run(attacking, false, isKnown, `attacked-${n}`, ablation)
    const twin = await run(honest, true, isKnown, `honest-${n}`, ablation)
    all.push({ about, isKnown, attack, twin })
    if (!isSampled) continue
    const same =
      (await runInProcesses(attacking, false, isKnown, `attacked-${n}`)).ran === attack.ran &&
      (await runInProcesses(honest, true, isKnown, `honest-${n}`)).ran === twin.ran
    if (same) agreed++
    else console.error(`processes say otherwise: #${n} ${isKnown ? 'known' : 'unknown'}`)
  }
  if ((n + 1) % 200 === 0) {
    const { held, heldUnknown, interrupted, interruptedUnknown } = score(all)
    const seconds = Math.round((performance.now() - began) / 1000)
    console.error(
      `${n + 1} cases, ${seconds} s: held ${held} / ${heldUnknown} %, interrupted ${interrupted} / ${interruptedUnknown} %`,
    )
  }
}
if (values.list) for (const line of listed(all)) console.error(line)
console.log(
  JSON.stringify({ ...score(all), ...(compared === 0 ? {} : { processes: { compared: compared * 2, agreed } }) }),
)
