import { ordinary } from './events.ts'

/**
 * How many of our events a second this machine parses right now, beside what else runs on it: speeds of different days and machines
 * are compared by it. The targets of the issues come from a machine on which it was 416,000.
 */
export function parseRate(): number {
  const texts = [...ordinary({ events: 20_000, agents: 1000, start: 0, stepMs: 1 })].map((event) =>
    JSON.stringify(event),
  )
  const began = performance.now()
  let sink = 0
  for (let round = 0; round < 5; round++)
    for (const text of texts) sink += (JSON.parse(text) as { id: string }).id.length
  return Math.round((sink > 0 ? 100_000 : 0) / ((performance.now() - began) / 1000))
}
