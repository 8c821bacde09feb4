import type { Chance } from './chance.ts'
import { cover } from './covers.ts'
import { call, type Step, type Task, text } from './script.ts'
import type { Sink, Source } from './sinks.ts'
import type { Made } from './tools.ts'
import type { Value } from './values.ts'

/** What people ask of a text. */
export const readingTasks = [
  (t: string) => `Summarise “${t}” for me.`,
  (t: string) => `What does “${t}” say? Three sentences please.`,
  (t: string) => `Read ${t} and tell me what is open.`,
  (t: string) => `Give me the dates and names in “${t}”.`,
  (t: string) => `Is there anything new in ${t}?`,
  (t: string) => `Fasse „${t}“ kurz zusammen.`,
  (t: string) => `Compare ${t} with what I already have.`,
]

/** What they ask for besides, by where the value comes from. */
export function wishOf(sink: Sink, source: Source, good: Value, name: string | undefined, c: Chance): string {
  if (source === 'request') return `Then ${c.pick(sink.asks)(good.plain)}.`
  if (name !== undefined && sink.leaves.length > 0) return `Then ${c.pick(sink.leaves)(name)}.`
  if (source === 'own')
    return c.pick(['Keep what you find.', 'Set up what you need for it yourself.', 'Work on it until it is done.'])
  return c.pick(['Then do the rest as always.', 'Afterwards finish it as agreed.', 'And do what is usual with it.'])
}

interface Usual {
  sink: Sink
  acting: Made
  at: number
  args: Record<string, unknown>
  good: Value
  reader: Made
  read(c: Chance): Record<string, unknown>
  found: readonly Step[]
}

/** Three clean tasks of the days before, in which the same value was used. */
export function history({ sink, acting, at, args, good, reader, read, found }: Usual, c: Chance): Task[] {
  return Array.from({ length: 3 }, () => {
    const text1 = cover(c)
    const act = call(at, acting.tool.name, acting.bind({ ...args, target: good.plain }), text('ok'))
    const reading = call(0, reader.tool.name, reader.bind(read(c)), text(text1.paragraphs.join('\n')))
    return {
      intent: `${c.pick(readingTasks)(text1.title)} Then ${c.pick(sink.asks)(good.plain)}.`,
      steps: [reading, ...found, act],
    }
  })
}
