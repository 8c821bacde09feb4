import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuard } from '../src/guard/index.ts'
import { MemoryDirectory } from '../src/guard/memory/directory.ts'

const tasks = 30
/** Code that is compiled once would count as the tasks’ otherwise. */
const warmUps = 5
const answers = 20

/**
 * Bytes that a guard holds for one open task that has read 500 KB in twenty answers (text, code-like lines and records with links
 * and secrets in them), as the heap and its buffers grow over thirty of them; wants `--expose-gc`. Undefined without.
 */
export async function bytesPerTask(): Promise<number | undefined> {
  const collect = globalThis.gc
  if (collect === undefined) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'rescind-memory-'))
  const memory = MemoryDirectory.open(directory, 'default/a')
  const guard = await createGuard({ point: 'bench-memory', agent: 'a', memory })
  const work = (id: string) => {
    guard.startTask({ id, intent: `Read the reports of ${id} and write a summary of them to /work/${id}/summary.md` })
    for (let n = 0; n < answers; n++) {
      const call = guard.before({ tool: 'read_file', args: { path: `/work/${id}/report-${n}.txt` }, task: id })
      guard.after(call, { text: report(`${id}-${n}`) })
    }
  }
  for (let i = 0; i < warmUps; i++) work(`warm-up-${i}`)
  collect()
  const before = used()
  for (let i = 0; i < tasks; i++) work(`task-${i}`)
  collect()
  const bytes = Math.round((used() - before) / tasks)
  await guard.close()
  rmSync(directory, { recursive: true, force: true })
  return bytes
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** About 25,000 characters, different words in each. */
function report(name: string): string {
  const lines: string[] = []
  for (let i = 0; i < 90; i++)
    lines.push(
      `Section ${i} of ${name}: the figures of region ${i * 7} went up by ${i} percent; ask ann${i}@region-${i}.example for more,`,
      `or see https://reports.example/${name}/${i}. const value${i} = compute(${name.replaceAll('-', '_')}, ${i * 31}) // as before`,
      i % 10 === 0
        ? `password: hunter-${name}-${i}-Zq8`
        : 'All of this was looked through by the people who know it best.',
      '',
    )
  return lines.join('\n')
}
