import type { AgentEvent } from '../../src/model/event.ts'
import { pick } from './random.ts'

type Random = () => number
type Members = Record<string, unknown>

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.5,
  '',
  'x',
  [],
  {},
  [[[]]],
  { id: 1 },
  ['\u0000'],
  '\u202e‮\u2028',
  '💥'.repeat(300),
]

/** What can be wrong with an event on its way here. Each answers one line of text, and never a blank one. */
const mutations: readonly ((event: AgentEvent & Members, random: Random, n: number) => string)[] = [
  // Sound: most of a stream is.
  (e) => JSON.stringify(e),
  (e) => JSON.stringify(e),
  (e) => JSON.stringify({ ...e, tenant: 'other', extra: { anything: ['goes', 1, null] } }),
  // Wrong types and values, missing and unknown members.
  (e, random) => JSON.stringify({ ...e, [pick(Object.keys(e), random)]: pick(wrongValues, random) }),
  (e, random) => JSON.stringify({ ...e, agent: pick(wrongValues, random) }),
  (e, random) => {
    const { [pick(Object.keys(e), random)]: _, ...rest } = e as Members
    return JSON.stringify(rest)
  },
  (_e, random) =>
    JSON.stringify(
      pick(
        wrongValues.filter((each) => !Array.isArray(each)),
        random,
      ),
    ),
  // Huge texts and many members.
  (e, random) => JSON.stringify({ ...e, agent: { id: 'a'.repeat(Math.floor(random() * 2000)) } }),
  (e, random, n) => JSON.stringify({ ...e, note: 'é'.repeat(n % 20 === 0 ? 200_000 : Math.floor(random() * 2000)) }),
  (e) => JSON.stringify({ ...e, ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m${i}`, i])) }),
  // Nested too deeply: a little, and enough to overflow a stack.
  (e, random) => `${JSON.stringify(e).slice(0, -1)},"deep":${nested(20 + Math.floor(random() * 40))}}`,
  (e, _random, n) => `${JSON.stringify(e).slice(0, -1)},"deep":${nested(n % 10 === 0 ? 30_000 : 2_000)}}`,
  (_e, _random, n) => (n % 10 === 0 ? '{"a":['.repeat(30_000) : '{"a":['.repeat(100)),
  // Half characters, control characters, prototypes.
  (e) => `${JSON.stringify({ ...e, principal: 'p\u0000\u001b[31m' }).slice(0, -1)},"lone":"\\ud800"}`,
  (e) => JSON.stringify(e).replace('"agent":{"id":"', '"agent":{"id":"\\udc00'),
  (e) => `${JSON.stringify(e).slice(0, -1)},"__proto__":{"tenant":"owned","toString":1}}`,
  (e) => JSON.stringify(e).replace('{', '{"constructor":{"prototype":{"polluted":true}},'),
  // An id that is there already.
  (e, _random, n) => JSON.stringify({ ...e, id: `again-${n % 7}` }),
  // Times far off, and in other forms.
  (e, random) =>
    JSON.stringify({
      ...e,
      time: pick([0, -1, 1, 1.5e9, 9e15, 1e300, 253_402_300_800_000, 'yesterday', '2026-02-30T00:00:00Z'], random),
    }),
  (e) => JSON.stringify({ ...e, time: new Date(e.time).toISOString() }),
  (e, random) => JSON.stringify({ ...e, time: e.time + Math.floor(random() * 1e9) }),
  // Other formats, known and not, whole and not.
  (e) => JSON.stringify({ specversion: '1.0', id: e.id, source: '/x', type: 'rescind.event', data: e }),
  (e) => JSON.stringify({ specversion: '9.9', id: e.id, data: pick(wrongValues, () => 0.3) }),
  (e) => JSON.stringify({ resourceSpans: e.id }),
  (e) => `<event id="${e.id}"/>`,
  (e, random) => JSON.stringify(e).slice(0, 1 + Math.floor(random() * (JSON.stringify(e).length - 1))),
  (e) => JSON.stringify(e).replaceAll('"', "'"),
  (e) => `\uFEFF${JSON.stringify(e)}`,
  () => '\u0000',
  () => '}{',
]

/** One line made from a sound event; seeded. */
export const mutated = (event: AgentEvent, random: Random, n: number): string =>
  pick(mutations, random)(event as AgentEvent & Members, random, n).replaceAll('\n', ' ')
