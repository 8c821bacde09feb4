import { EngineException } from './exception.ts'

/** Lets `limit` callers in at a time and `waiting` more queue; beyond that it refuses. Answers the way out. */
export function gate(limit: number, waiting: number): { enter(): Promise<() => void>; active(): number } {
  let active = 0
  const queue: (() => void)[] = []
  const leave = () => {
    const next = queue.shift()
    if (next === undefined) active--
    else next()
  }
  return {
    active: () => active,
    async enter() {
      if (active < limit) active++
      else {
        if (queue.length >= waiting)
          throw new EngineException(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many queries are waiting')
        await new Promise<void>((resolve) => queue.push(resolve))
      }
      let out = false
      return () => {
        if (!out) leave()
        out = true
      }
    },
  }
}
