/** Where a model gets to read something. */
export type ReadingPlace =
  | 'text'
  | 'structured'
  | 'resource'
  | 'prompt'
  | 'tool'
  | 'instructions'
  | 'error'
  | 'log'
  | 'progress'
  | 'completion'
  | 'elicitation'
  | 'sampling'
  | 'meta'

/** One piece of what a model may read: running text, or a value that the answer is structured as. */
export interface Reading {
  place: ReadingPlace
  text?: string
  /** `structuredContent`: the answer as a whole is this value, and its fields are the system's own. */
  value?: unknown
  /** Last of its list, without text: a bound cut what comes after it. */
  cut?: true
}

/**
 * The readings as texts for the task memory, one for each place, in order. Pieces of running text are joined; short strings of
 * other places stand as a list, so that the end of one does not run into the next.
 */
export function textsOf(readings: readonly Reading[]): string[] {
  const byPlace = new Map<ReadingPlace, string[]>()
  const texts: string[] = []
  for (const { place, text, value } of readings) {
    if (value !== undefined) texts.push(JSON.stringify(value))
    if (text === undefined) continue
    const pieces = byPlace.get(place)
    if (pieces === undefined) byPlace.set(place, [text])
    else pieces.push(text)
  }
  for (const [place, pieces] of byPlace)
    texts.push(place === 'text' || pieces.length === 1 ? pieces.join('\n') : JSON.stringify(pieces))
  return texts
}
