import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Review } from '../../src/model/receipt.ts'
import type { Scope } from '../../src/model/scope.ts'
import { Driven } from '../support/drive.ts'

/**
 * Every test/detectors/<id>/*.jsonl is a case. Each line is one of
 *   {"case": "...", "policy": {...}}                    first line: what it shows
 *   {"event": {...}, "repeat": n, "every": ms}          an event; id, time, tenant, kind and agent are filled in, `repeat`
 *                                                       gives more of them, with `#` in any text as their number
 *   {"scope": {...}} · {"applied": "rung"} · {"review": "release", "of": "rung"} · {"quiet": ms}
 *   {"expect": [[from, to], ...]}                       last line: bits of the detector’s findings, in order
 * Only findings of the detector that the folder is named for count.
 */
interface Line {
  case?: string
  policy?: unknown
  event?: Partial<AgentEvent> & { after?: number }
  repeat?: number
  every?: number
  scope?: Partial<Scope>
  applied?: string
  review?: Review['verb']
  of?: string
  quiet?: number
  expect?: [number, number][]
}

const folder = fileURLToPath(new URL('.', import.meta.url))
const ids = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory())
const start = 1_800_000_000_000

function run(lines: readonly Line[]): { driven: Driven; expected: [number, number][] | undefined } {
  const driven = new Driven(lines[0]?.policy ?? {})
  let now = start
  let n = 0
  for (const line of lines) {
    if (line.quiet !== undefined) {
      now += line.quiet
      driven.tick(now)
    }
    if (line.scope !== undefined)
      driven.declare({ id: 'scope', tenant: 'default', agent: 'agent', ...line.scope } as Scope, now)
    if (line.event !== undefined)
      for (let i = 0; i < (line.repeat ?? 1); i++) {
        now += line.every ?? 1000
        const given = JSON.parse(JSON.stringify(line.event).replaceAll('#', String(i))) as Partial<AgentEvent>
        const filled = { id: `e${n++}`, time: now, kind: 'outcome', tenant: 'default', agent: { id: 'agent' } }
        driven.events({ ...filled, ...given } as AgentEvent)
      }
    const command = driven.commands.findLast((c) => c.rung === (line.applied ?? line.of))
    if (line.applied !== undefined) driven.receipt(command?.id ?? 'none', 'applied', now)
    if (line.review !== undefined) driven.review(line.review, now, command?.id)
  }
  return { driven, expected: lines.at(-1)?.expect }
}

for (const id of ids)
  describe(id, () => {
    for (const file of readdirSync(join(folder, id)).filter((name) => name.endsWith('.jsonl'))) {
      const lines = readFileSync(join(folder, id, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line)
      test(`${file.replace('.jsonl', '')}: ${lines[0]?.case ?? 'says nothing of itself'}`, () => {
        const { driven, expected } = run(lines)
        const bits = driven.findings.filter((f) => f.detector === id).map((f) => f.bits)
        expect(expected, 'the last line says what is expected').toBeDefined()
        expect(bits, JSON.stringify(driven.findings.map((f) => [f.detector, f.bits, f.because]))).toHaveLength(
          expected?.length ?? 0,
        )
        for (const [i, [from, to]] of (expected ?? []).entries()) {
          expect(bits[i]).toBeGreaterThanOrEqual(from)
          expect(bits[i]).toBeLessThanOrEqual(to)
        }
      })
    }
  })
