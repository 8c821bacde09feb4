import type { Sink } from '../../../model/sink.ts'

/** Longest text of arguments that is looked through, in UTF-16 units. */
const longest = 262_144
/** Stages and operators of a query in documents that do more than read: they write what was found, or run code. */
const stages: readonly { stage: RegExp; sink: Sink; because: string }[] = [
  { stage: /\$(?:function|accumulator|where)\\*["']?\s*:/i, sink: 'execution', because: 'a query that runs code' },
  { stage: /\$out\\*["']?\s*:/i, sink: 'irreversible', because: 'a query that replaces a collection' },
  { stage: /\$merge\\*["']?\s*:/i, sink: 'shared', because: 'a query that writes what it finds' },
]

/** What a query of several stages does besides reading; undefined where the tool takes none, or it only reads. */
export function stageOf(args: unknown, words: readonly string[]): { sink: Sink; because: string } | undefined {
  if (typeof args !== 'object' || args === null) return undefined
  if (!words.includes('aggregate') && !('pipeline' in args)) return undefined
  const text = written(args)
  if (text === undefined || text.length > longest)
    return { sink: 'execution', because: 'a query that was not looked through' }
  const plain = text.replace(/\\+u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return stages.find(({ stage }) => stage.test(plain))
}

function written(args: object): string | undefined {
  try {
    return JSON.stringify(args)
  } catch {
    return undefined
  }
}
