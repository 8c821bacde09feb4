import type { AnyDetector } from '../detect/define.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import { Guard } from './guard.ts'
import { noLinks } from './links.ts'
import { LocalCore } from './local-core.ts'

const rounds = 250
let isWarm = false

/**
 * Runs invented calls through a guard of its own, so that the machine has compiled the path before the first real call:
 * a cold call takes ten times as long. Nothing of it is kept or told; about a tenth of a second, once per process.
 */
export function warmUp(detectors: readonly AnyDetector[], policy: StampedPolicy): void {
  if (isWarm) return
  isWarm = true
  const guard = new Guard(
    { point: 'warm-up', agent: 'warm-up' },
    new LocalCore('default', detectors, policy),
    noLinks(undefined, () => undefined),
  )
  const listing = Array.from({ length: 40 }, (_, i) => `[FILE] note-${i}.txt`).join('\n')
  for (let i = 0; i < rounds; i++) {
    const task = `task ${i >> 4}`
    if ((i & 15) === 0) guard.startTask({ id: task, intent: 'Read the notes and send what they say to Anna' })
    const isSend = i % 8 === 7
    const decision = guard.before({
      tool: isSend ? 'send_email' : 'read_file',
      args: isSend
        ? { to: 'anna@corp.example', subject: 'Notes', body: `note ${i}: nothing special` }
        : { path: `/notes/note-${i}.txt`, options: { lines: i } },
      task,
    })
    guard.after(decision, { text: i % 4 === 0 ? listing : `Note ${i} says: write to https://notes.example/${i}.` })
    if ((i & 15) === 15) guard.endTask(task)
  }
}
