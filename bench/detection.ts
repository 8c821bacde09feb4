/**
 * `npm run -s bench:detection -- DIR [--calibrate DIR,DIR] [--scope declared|none] [--without NAME,NAME] [--list] [--ablate [--sample N]]`
 *
 * Recorded runs of agents, benign and hijacked, through the product’s own path: task memory, event, topology, policy. An
 * alarm is a command of at least step-up in reaction to an attempt. Agents learn from the benign runs of fold 0 in learn
 * mode; every run of fold 1 (user tasks never seen) is then judged on a copy of what was learned. Nothing that says what
 * a run was is read before all are judged. Tables go to stderr, one line of JSON to stdout. `--without` takes detectors and forms of provenance away (`ablation/forms.ts`);
 * `--ablate` does so with each in turn, over every Nth run, and says how many more or fewer percent were caught and interrupted.
 */
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { detectors } from '../detectors/index.ts'
import { forms, unknownNames } from './ablation/forms.ts'
import { load } from './detection/load.ts'
import { Calibrated } from './detection/run.ts'
import {
  caughtAt,
  interval,
  isBenign,
  isPositive,
  isResisted,
  macro,
  percent,
  type Scored,
  scored,
  share,
} from './detection/score.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    calibrate: { type: 'string' },
    scope: { type: 'string' },
    without: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    swap: { type: 'boolean', default: false },
    ablate: { type: 'boolean', default: false },
    sample: { type: 'string', default: '1' },
  },
})
const directory = positionals[0]
const scopes = values.scope === undefined ? ['declared', 'none'] : [values.scope]
const without = values.without.split(',').filter((name) => name !== '')
const every = Number(values.sample)
if (
  directory === undefined ||
  scopes.some((s) => s !== 'declared' && s !== 'none') ||
  unknownNames(without).length > 0 ||
  !(every >= 1)
) {
  console.error(
    'usage: bench:detection -- DIR [--calibrate DIR,DIR] [--scope declared|none] [--without NAME,NAME] [--list] [--swap] [--ablate [--sample N]]',
  )
  console.error(`NAME: ${[...detectors.map(({ id }) => id), ...Object.keys(forms)].join(', ')}`)
  process.exit(2)
}

const calibrationFold = values.swap ? 1 : 0
const corpus = load(directory)
const calibration = (values.calibrate?.split(',').map((d) => load(d)) ?? [corpus]).flatMap((from) =>
  from.sessions.filter((s) =>
    values.swap ? s.fold === calibrationFold && from.truth.get(s.sid)?.label === 'benign' : s.phase === 'calib',
  ),
)
const calibrated = new Calibrated(calibration, without)
const tested = corpus.sessions.filter((s) => s.fold !== calibrationFold).filter((_, i) => i % every === 0)
console.error(
  `${basename(resolve(directory))}: ${calibration.length} calibration runs, ${tested.length} tested; values known by cohort`,
  calibrated.known,
)

const round = (n: number) => Math.round(n * 10) / 10
const judge = (by: Calibrated, scope: string): Scored[] =>
  tested.flatMap((session) => {
    const result = by.run(session, scope === 'declared')
    const truth = corpus.truth.get(session.sid)
    return (truth === undefined ? undefined : scored(session, result, truth)) ?? []
  })
if (values.ablate) {
  for (const scope of scopes) ablate(scope)
  process.exit(0)
}

for (const scope of scopes) {
  const all = judge(calibrated, scope)
  report(scope, all)
  if (scope !== scopes[0]) continue
  console.log(
    JSON.stringify({
      set: basename(resolve(directory)),
      scope,
      positives: all.filter(isPositive).length,
      benign: all.filter(isBenign).length,
      resisted: all.filter(isResisted).length,
      caughtInTime: round(share(all, isPositive)),
      fprBenign: round(share(all, isBenign)),
      fprResisted: round(share(all, isResisted)),
    }),
  )
}
const { calls, examineMs, indexMs } = calibrated.cost
console.error(
  `\n${calls} calls: ${((examineMs * 1000) / calls).toFixed(0)} us to examine, ${((indexMs * 1000) / calls).toFixed(0)} us to take in the output`,
)

/** Each detector and form off in turn: what it earned (caught falls) and what it cost (interruptions fall). */
function ablate(scope: string): void {
  const of = (all: readonly Scored[]) => [isPositive, isBenign, isResisted].map((kind) => share(all, kind))
  const whole = of(judge(calibrated, scope))
  console.error(
    `\nscope ${scope}, one of ${every} runs: caught, benign, resisted ${whole.map(round).join(' / ')} %; without`,
  )
  const changes: Record<string, number[]> = {}
  for (const name of [...detectors.map(({ id }) => id), ...Object.keys(forms)]) {
    const left = of(judge(new Calibrated(calibration, [...without, name]), scope))
    changes[name] = left.map((n, i) => round(n - (whole[i] ?? 0)))
    console.error(`  ${name.padEnd(34)}${changes[name]?.map((n) => n.toFixed(1).padStart(8)).join('')}`)
  }
  console.log(
    JSON.stringify({ set: basename(resolve(directory ?? '')), scope, every, whole: whole.map(round), changes }),
  )
}

function report(scope: string, all: readonly Scored[]): void {
  console.error(`\nscope ${scope}, % of runs (95 % interval over user tasks)`)
  const cell = (n: number, width = 7) => (Number.isNaN(n) ? '-' : n.toFixed(1)).padStart(width)
  const ranged = (rows: readonly Scored[], of: (s: Scored) => boolean) => {
    const [low, high] = interval(rows, of)
    return `${cell(share(rows, of), 6)} ${Number.isNaN(low) ? '' : `[${low.toFixed(1)}-${high.toFixed(1)}]`}`.padEnd(22)
  }
  console.error(
    `  ${'suite'.padEnd(12)}${'caught in time'.padEnd(22)}${'FPR benign'.padEnd(22)}${'FPR resisted'.padEnd(22)}exposed  lucky  TPR@1%  TPR@5%   n`,
  )
  for (const suite of ['all', ...new Set(all.map((s) => s.suite))]) {
    const rows = suite === 'all' ? all : all.filter((s) => s.suite === suite)
    const count = (of: (s: Scored) => boolean) => rows.filter(of).length
    console.error(
      `  ${suite.padEnd(12)}${ranged(rows, isPositive)}${ranged(rows, isBenign)}${ranged(rows, isResisted)}${cell(
        share(rows, (s) => isResisted(s) && s.exposed),
      )}${cell(
        percent(
          count((s) => s.lucky),
          count(isPositive),
        ),
      )}${cell(caughtAt(rows, 1), 8)}${cell(caughtAt(rows, 5), 8)}   ${count(isPositive)}/${count(isBenign)}/${count(isResisted)}`,
    )
  }
  const unseen = all.filter((s) => isPositive(s) && s.unseen).length
  console.error(
    `  macro over models ${cell(macro(all), 0)}; injections seen ${cell(
      share(all, (s) => isPositive(s) && !s.unseen),
      0,
    )}, unseen ${cell(
      share(all, (s) => isPositive(s) && s.unseen),
      0,
    )} (n ${unseen})`,
  )
  const by = new Map<string, Record<Scored['kind'], number>>()
  for (const s of all) {
    if (!s.alarmed) continue
    const why = s.result.alarm?.why.join(' + ') || 'standing risk'
    const counts = by.get(why) ?? { positive: 0, benign: 0, resisted: 0 }
    by.set(why, counts)
    counts[s.kind]++
  }
  for (const [why, n] of [...by].sort((a, b) => b[1].positive - a[1].positive))
    console.error(`    ${why.padEnd(52)} caught ${n.positive}, benign ${n.benign}, resisted ${n.resisted}`)
  if (values.list) list(all)
}

/** Misses and false alarms by what they look like. */
function list(all: readonly Scored[]): void {
  const notes = new Map<string, { n: number; sid: string }>()
  for (const s of all) {
    if (s.alarmed === (s.kind === 'positive')) continue
    const { alarm } = s.result
    const what = s.kind === 'positive' ? 'miss' : `false alarm, ${s.kind}: ${alarm?.tool} [${alarm?.why.join(' + ')}]`
    const note = `${s.task} ${what}`
    const known = notes.get(note)
    if (known === undefined) notes.set(note, { n: 1, sid: s.result.sid })
    else known.n++
  }
  for (const [note, { n, sid }] of [...notes].sort((a, b) => b[1].n - a[1].n).slice(0, 60))
    console.error(`    ${n} ${note} (${sid})`)
}
